public import Inet
internal import Kernel

/// The source address that connect() would have.
public enum RouteProbe {
  /// The target's own source, or the one that the route gives; nil where there is none to be had.
  ///
  /// A UDP socket is connected, which sends nothing and needs no privilege.
  public static func source(of target: ProbeTarget) throws(ProbeError) -> IPAddress? {
    if let source = target.source { return source }
    var target = target
    target.transport = .udp
    guard case .granted(let address, _) = try ConnectProbe.once(target).outcome else { return nil }
    return address
  }
}
