internal import Inet
internal import Pools

/// One pool as JSON: an element of `pools`, and the verdict's `pool`.
enum PoolDocument {
  static func write(
    _ pool: Pool, countedAt nanoseconds: UInt64, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      writeKey(pool.key, to: &json, &names)
      json.member("in_use", pool.inUse)
      json.member("capacity", pool.capacity)
      json.member("reclaimable", pool.reclaimable)
      json.member("headroom", pool.headroom)
      json.member("headroom_lower", pool.headroomLower)
      json.member("headroom_bound", pool.headroomBound.rawValue)
      json.member("usage", pool.usage, places: 4)
      json.member("cliff_at", pool.cliffAt)
      json.member("searching", pool.isSearching)
      json.member("verdict", pool.verdict.rawValue)
      if let states = pool.states {
        json.object("states") { json in writeNonZero(states, to: &json) }
      } else {
        json.null("states")
      }
      json.member("counted_at", Timestamp.rfc3339(nanoseconds: nanoseconds))
      json.member("method", "dump")
      writeTrend(pool.trend, to: &json)
      writeRelease(pool.release, to: &json)
      HolderDocument.write(pool.owners, to: &json, &names)
    }
  }

  /// Where the pool is going: the same members wherever a pool is.
  static func writeTrend(_ trend: PoolTrend?, to json: inout JSONWriter) {
    json.member("arrivals_per_s", optional: trend?.arrivalsPerSecond, places: 1)
    json.member("releases_per_s", optional: trend?.releasesPerSecond, places: 1)
    json.member("sustainable_per_s", optional: trend?.sustainablePerSecond, places: 1)
    json.member("seconds_to_cliff", optional: trend?.secondsToCliff, places: 1)
    json.member("seconds_to_exhaustion", optional: trend?.secondsToExhaustion, places: 1)
    json.member("steady_usage", optional: trend?.steadyUsage, places: 4)
  }

  /// What comes back, and when.
  static func writeRelease(_ schedule: ReleaseSchedule?, to json: inout JSONWriter) {
    guard let schedule else { return json.null("release") }
    json.array("release") { json in
      for tooth in schedule.teeth {
        json.object { json in
          json.member("in_s", optional: tooth.seconds, places: 3)
          json.member("ports", tooth.ports)
        }
      }
    }
  }

  /// The states that somebody is in; absent ones are zero.
  static func writeNonZero(_ states: StateCounts, to json: inout JSONWriter) {
    for state in SocketState.allCases where states[state] > 0 {
      json.member(state.name, states[state])
    }
  }

  /// What the pool is the pool of: the same members wherever a pool is named.
  static func writeKey(
    _ key: PoolKey, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.member("kind", key.kind.rawValue)
    json.member("protocol", key.transport.name)
    switch key {
    case .connect(let source, let destination, let port, let interface):
      json.member("source", names.text(source))
      json.member("destination", names.text(destination))
      json.member("port", port)
      json.member("interface", interface == 0 ? nil : interface)
    case .bind(let local), .udpBind(let local):
      json.member("source", names.text(local))
    case .udp(let family):
      json.member("family", family.rawValue)
    }
  }
}
