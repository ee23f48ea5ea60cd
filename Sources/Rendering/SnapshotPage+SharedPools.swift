internal import Inet
internal import Pools

/// The pools that everybody shares: wildcard binds and UDP.
extension SnapshotPage {
  mutating func writeSharedPools(_ namespace: NamespaceSnapshot) {
    var table = TextTable([
      .init(title: "SHARED POOLS"), .init(title: "IN USE", alignsRight: true),
      .init(title: "LEFT", alignsRight: true), .init(title: "USAGE"),
      .init(title: "", alignsRight: true), .init(title: "DRAWN FROM BY"),
    ])
    for pool in namespace.pools {
      let use: String
      switch pool.key {
      case .connect, .bind(.address), .udpBind(.address): continue
      case .bind(.any): use = "listen(), bind(0)"
      case .bind(.anyIPv4): use = "IPv4 bind(0)"
      case .udp: use = "connect, sendto"
      case .udpBind: use = "bind(0)"
      }
      let tone = Self.tone(pool.verdict)
      let left =
        pool.headroomLower == pool.headroom
        ? Decimal.grouped(pool.headroom)
        : "\(Decimal.grouped(pool.headroomLower ?? 0))\(dash)\(Decimal.grouped(pool.headroom))"
      table.append([
        (name(pool), .plain), (Decimal.grouped(pool.inUse), .plain), (left, .plain),
        (Bar.usage(pool.usage, width: style.columns >= 100 ? 20 : 8, style), tone),
        (Decimal.percent(pool.usage), tone), (use, .dim),
      ])
    }
    guard !table.isEmpty else { return }
    lines.append("")
    lines += table.lines(style)
  }
}
