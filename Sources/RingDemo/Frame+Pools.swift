import Frames
import Inet
import Pools

extension Frame {
  /// Makes `count` connect pools of the two that there are: each further one is like one of them, to an address
  /// of its own.
  mutating func spread(overPools count: Int) {
    // In an order that does not change with what is tighter just now.
    let models = pools.filter { $0.key.kind == .connect }.sorted { Self.port($0) < Self.port($1) }
    guard !models.isEmpty else { return }
    for number in models.count..<max(count, models.count) {
      var pool = models[number % models.count]
      guard case .connect(let source, _, let port, let interface) = pool.key else { continue }
      let destination = IPAddress(ipv4: UInt32(0x0a02_0000 + number))
      pool.key = .connect(
        source: source, destination: destination, port: port, interface: interface)
      pools.append(pool)
    }
    pools.sort { $0.isTighter(than: $1) }
    gauges.sample(.connectPools, max(count, models.count))
  }

  private static func port(_ pool: PoolRecord) -> UInt16 {
    guard case .connect(_, _, let port, _) = pool.key else { return 0 }
    return port
  }
}
