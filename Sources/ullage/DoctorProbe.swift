import HostFacts
import Kernel
import Rendering

/// What CAP_NET_ADMIN gives: tried on a socket that connects to nobody, or concluded.
enum DoctorProbe {
  /// connect() without a packet.
  static func probe(_ context: DoctorContext) -> DoctorReport.Fact {
    do throws(SystemCallError) {
      _ = try ProbeSocket(.connecting, isIPv6: false)
      return DoctorReport.Fact(
        "probe", "packet-free probe", gives: probeGives, .yes, found: "TCP_REPAIR is allowed")
    } catch {
      return refused("probe", "packet-free probe", probeGives, error, context)
    }
  }

  private static let probeGives = "would the next connect() succeed?"

  /// The same on one port at a time.
  static func blockedPorts(_ context: DoctorContext) -> DoctorReport.Fact {
    let version = KernelRule.limitsRangeOfSocket.since
    guard context.kernel >= version else {
      return DoctorReport.Fact(
        "blocked_ports", "exact blocked ports", gives: blockedGives, .no, isTried: false,
        found: "IP_LOCAL_PORT_RANGE is not in this kernel", need: context.need(kernel: version))
    }
    do throws(SystemCallError) {
      try ProbeSocket(.connecting, isIPv6: false).setLocalPortRange(1, 1)
      return DoctorReport.Fact(
        "blocked_ports", "exact blocked ports", gives: blockedGives, .yes,
        found: "TCP_REPAIR and IP_LOCAL_PORT_RANGE are allowed")
    } catch {
      return refused("blocked_ports", "exact blocked ports", blockedGives, error, context)
    }
  }

  /// What the kernel said no to, and what would help.
  private static func refused(
    _ id: String, _ title: String, _ gives: String, _ error: SystemCallError,
    _ context: DoctorContext
  ) -> DoctorReport.Fact {
    let isForbidden = error.errno == .notPermitted
    return DoctorReport.Fact(
      id, title, gives: gives, .no, found: "\(error)",
      need: isForbidden ? context.need([.netAdmin]) : nil)
  }

  private static let blockedGives = "a capacity that is exact and no bound"

  /// The mark of each socket.
  static func marks(_ context: DoctorContext) -> DoctorReport.Fact {
    fact("marks", "socket marks", "SO_MARK of each socket", "rows carry marks", context)
  }

  private static func fact(
    _ id: String, _ title: String, _ gives: String, _ found: String, _ context: DoctorContext
  ) -> DoctorReport.Fact {
    let has = context.capabilities.contains(.netAdmin) && context.reachesNamespace
    return DoctorReport.Fact(
      id, title, gives: gives, has ? .yes : .no, isTried: false,
      found: has ? "\(found) by CAP_NET_ADMIN" : "CAP_NET_ADMIN is not held over this namespace",
      need: has ? nil : context.need([.netAdmin]))
  }
}
