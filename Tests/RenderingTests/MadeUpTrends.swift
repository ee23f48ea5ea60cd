import Pools

extension MadeUpHost {
  /// The busy host with a collector beside it: one pool fills, one has settled, of one only the schedule is
  /// known.
  static let filling: Snapshot = {
    var result = busy
    result.flags.removeAll { $0.id == "no_collector" }
    var filling = PoolTrend()
    filling.arrivalsPerSecond = 683.25
    filling.releasesPerSecond = 455.5
    filling.secondsToExhaustion = 41.4
    filling.sustainablePerSecond = 398.7
    var settled = PoolTrend()
    settled.arrivalsPerSecond = 12
    settled.releasesPerSecond = 0
    settled.secondsToCliff = 130
    settled.steadyUsage = 0.1069
    settled.sustainablePerSecond = 90.04
    let schedule = ReleaseSchedule(
      (0..<29).map { .init(seconds: 1.2 + 2.048 * Double($0), ports: 1310 - 7 * $0) })
    for index in result.namespaces[0].pools.indices {
      guard case .connect(_, _, let port, _) = result.namespaces[0].pools[index].key else {
        continue
      }
      switch (port, result.namespaces[0].pools[index].inUse) {
      case (443, 10_000...):
        result.namespaces[0].pools[index].trend = filling
        result.namespaces[0].pools[index].release = schedule
      case (443, _): result.namespaces[0].pools[index].trend = settled
      case (6379, _):
        result.namespaces[0].pools[index].release = ReleaseSchedule([.init(seconds: 0.4, ports: 1)])
      default: break
      }
    }
    return result
  }()
}
