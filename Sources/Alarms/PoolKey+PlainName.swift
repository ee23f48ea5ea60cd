internal import Inet
internal import Pools

extension PoolKey {
  /// "10.0.0.5 → 10.1.2.3:443", "bind(10.0.0.5, 0)", "UDP over IPv4".
  var plainName: String {
    switch self {
    case .connect(let source, let destination, let port, let interface):
      let end = destination.isIPv4 ? "\(destination):\(port)" : "[\(destination)]:\(port)"
      return "\(source) → \(end)\(interface == 0 ? "" : " (interface \(interface))")"
    case .bind(let local): return "bind(\(local == .any ? "[::]" : "\(local)"), 0)"
    case .udpBind(let local): return "UDP bind(\(local == .any ? "[::]" : "\(local)"), 0)"
    case .udp(.ipv4): return "UDP over IPv4"
    case .udp(.ipv6): return "UDP over IPv6"
    }
  }
}
