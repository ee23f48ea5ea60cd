import HostFacts

/// What this process may do about other network namespaces than its own.
struct FleetPermission {
  private let lacking: [Capability]

  /// By the capabilities in `set`; nil where they cannot be read: then each attempt tells.
  init(_ set: CapabilitySet?) { lacking = set?.lacking([.sysAdmin, .sysPtrace]) ?? [] }

  /// By those of this process, now.
  static func effective() -> FleetPermission { FleetPermission(try? CapabilitySet.effective()) }

  /// Whether others can be entered at all.
  var allowsOthers: Bool { !lacking.contains(.sysAdmin) }

  /// What cannot be collected, and what grant would do; nil when nothing is in the way.
  func limitation(own name: String) -> String? {
    if !allowsOthers {
      return
        "only the \(name) namespace is collected: entering others takes CAP_SYS_ADMIN, finding those of "
        + "other users' processes CAP_SYS_PTRACE (AmbientCapabilities= in ullage.service, or root; "
        + "--netns own asks for no others)"
    }
    return lacking.isEmpty
      ? nil
      : "namespaces that only other users' processes lead to are not seen: that takes CAP_SYS_PTRACE "
        + "(AmbientCapabilities= in ullage.service, or root)"
  }
}
