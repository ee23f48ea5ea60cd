/// The powers of a process that this program has a use for, by their numbers in the kernel.
///
/// Source: include/uapi/linux/capability.h.
public enum Capability: Int, Hashable, Sendable, CaseIterable {
  /// Reading files and directories whoever owns them: tracefs, /proc/PID/fd, /proc/timer_list.
  case dacReadSearch = 2
  /// TCP_REPAIR, marks of sockets.
  case netAdmin = 12
  /// Looking into processes of other users: their namespaces and descriptors.
  case sysPtrace = 19
  /// Entering namespaces, and much else.
  case sysAdmin = 21
  /// perf events of the whole host (5.8; before, CAP_SYS_ADMIN).
  case perfmon = 38

  /// "cap_net_admin", as setcap(8) has it.
  public var name: String {
    switch self {
    case .dacReadSearch: "cap_dac_read_search"
    case .netAdmin: "cap_net_admin"
    case .sysPtrace: "cap_sys_ptrace"
    case .sysAdmin: "cap_sys_admin"
    case .perfmon: "cap_perfmon"
    }
  }
}
