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
  ///
  /// Where a connect pool is as bad, it comes first: connects are what most people are here for.
  static func verdict(_ snapshot: Snapshot, _ names: inout Names) -> String {
    let verdict = snapshot.verdict
    let connects = snapshot.namespaces.compactMap(\.tightestConnect)
    let connect = connects.max { $1.isWorse(than: $0) }
    guard let pool = verdict.pool, verdict.level > .ok else {
      guard let connect else { return nothingOutbound(snapshot) }
      let which = snapshot.isFiltered ? "tightest matching connect pool" : "tightest connect pool"
      let place = snapshot.namespaces.first { $0.tightestConnect == connect }?.name
      let scope = snapshot.namespaces.count > 1 ? "\(names.namespace(place ?? "")): " : ""
      return "\(scope)the \(which), \(name(connect.key, &names)), has \(left(connect))"
    }
    let scope =
      (snapshot.isFiltered ? "of what matches: " : "")
      + (snapshot.namespaces.count > 1
        ? "\(names.namespace(verdict.namespace ?? "")): " : "")
    if pool.key.kind == .connect { return scope + clause(pool, &names) }
    guard let connect else { return "\(scope)\(clause(pool, &names)); nothing is connected out" }
    if connect.verdict == verdict.level {
      return "\(scope)\(clause(connect, &names)); \(clause(pool, &names))"
    }
    return "\(scope)\(clause(pool, &names)); connects are better off: "
      + clause(connect, &names)
  }

  /// What is to be said of one pool: its name and what is left of it.
  static func clause(_ pool: Pool, _ names: inout Names) -> String {
    let name = name(pool.key, &names)
    if pool.capacity == 0 { return "\(name) has no port to draw from" }
    let search = pool.isSearching && pool.headroom > 0 ? ", and every connect must search" : ""
    return "\(name) has \(left(pool))\(search)\(future(pool))"
  }

  /// What is known of the pool's way: "; full in about 41 s; 1,204 connects failed in the last minute".
  private static func future(_ pool: Pool) -> String {
    var text = ""
    if pool.headroom > 0, let seconds = pool.trend?.secondsToExhaustion {
      text += "; full in about \(LiveWords.span(seconds: seconds))"
    }
    if let failures = pool.trend?.failures, failures > 0 {
      let connects = failures == 1 ? "connect" : "connects"
      text += "; \(Decimal.grouped(failures)) \(connects) failed in the last minute"
    }
    return text
  }

  /// "at most 1,482 of 28,229 ports left".
  static func left(_ pool: Pool) -> String {
    let bound = pool.headroomBound == .upper && pool.headroom > 0 ? "at most " : ""
    return
      "\(bound)\(Decimal.grouped(pool.headroom)) of \(Decimal.grouped(pool.capacity)) ports left"
  }

  private static func nothingOutbound(_ snapshot: Snapshot) -> String {
    let total = snapshot.namespaces.reduce(0) { $0 + $1.poolTotals[.connect, default: 0] }
    if total > 0 {
      return "no connect pool matches; \(Decimal.grouped(total)) are in use"
    }
    guard let namespace = snapshot.namespaces.first, snapshot.namespaces.count == 1 else {
      return "nothing outbound"
    }
    let capacity = Decimal.grouped(namespace.space.connectCapacity)
    return "nothing outbound; \(capacity) ports of \(namespace.space.range) are free"
  }

  private static func text(_ local: BindLocal, _ names: inout Names) -> String {
    switch local {
    case .any: "[::]"
    case .anyIPv4: "0.0.0.0"
    case .address: names.text(local)
    }
  }
}
