internal import Inet
internal import Pools

/// What we say in words.
enum Sentences {
  /// "10.0.0.5 → 10.1.2.3:443", "bind(10.0.0.5, 0)", "UDP over IPv4".
  static func name(_ key: PoolKey, _ names: inout Names) -> String {
    switch key {
    case .connect(let source, let destination, let port, let interface):
      let scope = interface == 0 ? "" : " (interface \(interface))"
      return "\(names.text(source)) → \(names.endpoint(destination, port))\(scope)"
    case .bind(let local): return "bind(\(text(local, &names)), 0)"
    case .udpBind(let local): return "UDP bind(\(text(local, &names)), 0)"
    case .udp(.ipv4): return "UDP over IPv4"
    case .udp(.ipv6): return "UDP over IPv6"
    }
  }

  /// The verdict in one sentence, with the pool that decides it.
  static func verdict(_ snapshot: Snapshot, _ names: inout Names) -> String {
    let verdict = snapshot.verdict
    let connects = snapshot.namespaces.flatMap { namespace in
      namespace.pools.filter { $0.key.kind == .connect }
    }
    let tightestConnect = connects.min { $0.headroom < $1.headroom }
    guard let pool = verdict.pool, verdict.level > .ok else {
      guard let pool = tightestConnect else { return nothingOutbound(snapshot, &names) }
      return "the tightest pool, \(name(pool.key, &names)), has \(left(pool))"
    }
    let scope = snapshot.namespaces.count > 1 ? "\(verdict.namespace ?? ""): " : ""
    var text = "\(scope)\(name(pool.key, &names)) has \(left(pool))"
    if pool.capacity == 0 { text = "\(scope)\(name(pool.key, &names)) has no port to draw from" }
    if pool.isSearching, pool.headroom > 0 { text += "; every connect searches" }
    if pool.key.kind != .connect {
      text += "; "
      if let connect = tightestConnect {
        text += "connects: \(name(connect.key, &names)) has \(left(connect))"
      } else {
        text += "no connect pool is in use"
      }
    }
    return text
  }

  /// "1,482 of 28,229 ports left".
  static func left(_ pool: Pool) -> String {
    "\(Decimal.grouped(pool.headroom)) of \(Decimal.grouped(pool.capacity)) ports left"
  }

  private static func nothingOutbound(_ snapshot: Snapshot, _ names: inout Names) -> String {
    guard snapshot.namespaces.count == 1, let namespace = snapshot.namespaces.first else {
      return "nothing outbound: no connect pool is in use"
    }
    let capacity = Decimal.grouped(namespace.space.connectCapacity)
    return "nothing outbound: no connect pool is in use, \(capacity) ports are free "
      + "(range \(namespace.space.range))"
  }

  private static func text(_ local: BindLocal, _ names: inout Names) -> String {
    switch local {
    case .any: "[::]"
    case .anyIPv4: "0.0.0.0"
    case .address: names.text(local)
    }
  }
}
