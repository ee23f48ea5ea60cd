import HostFacts
import Kernel
import Rendering

/// What CAP_NET_ADMIN gives, concluded from the capabilities and the kernel's version.
enum DoctorProbe {
  /// connect() without a packet.
  static func probe(_ context: DoctorContext) -> DoctorReport.Fact {
    fact(
      "probe", "packet-free probe", "would the next connect() succeed?", "TCP_REPAIR is allowed",
      context)
  }

  /// The same on one port at a time.
  static func blockedPorts(_ context: DoctorContext) -> DoctorReport.Fact {
    let version = KernelVersion(6, 3)
    guard context.kernel >= version else {
      return DoctorReport.Fact(
        "blocked_ports", "exact blocked ports", gives: blockedGives, .no, isTried: false,
        found: "IP_LOCAL_PORT_RANGE is not in this kernel", need: context.need(kernel: version))
    }
    return fact(
      "blocked_ports", "exact blocked ports", blockedGives,
      "TCP_REPAIR and IP_LOCAL_PORT_RANGE are allowed", context)
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
