internal import Frames
internal import Inet
internal import Pools

/// One frame as JSON: an element of `frames`.
enum FrameDocument {
  static func write(
    _ frame: Frame, filter: PoolFilter, top: Int, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: frame.takenAtNanoseconds))
      json.member("span_ns", frame.spanNanoseconds)
      json.member("samples", frame.sampleCount)
      json.member("verdict", frame.countedVerdict?.rawValue)
      json.array("flags") { json in
        for entry in FrameFlagText.entries(frame.flags) { json.string(entry.id) }
      }
      json.object("range") { json in
        json.member("low", frame.range.low)
        json.member("high", frame.range.high)
        json.member("size", frame.range.count)
        json.member(
          "reserved", frame.flags.contains(.reservedUnavailable) ? nil : frame.reserved)
        json.member("blocked", frame.blocked)
      }
      json.member("range_usage", optional: frame.rangeUsage, places: 4)
      json.object("gauges") { json in
        frame.gauges.forEach { name, gauge in json.gauge(name.key, gauge) }
      }
      json.object("counters") { json in
        frame.counters.forEach { name, count in json.member(name.key, count) }
      }
      json.array("pools") { json in
        for pool in frame.pools.lazy.filter({ filter.includes($0) }).prefix(top) {
          write(pool, at: frame, to: &json, &names)
        }
      }
      HolderDocument.write(
        frame.flags.contains(.ownersUnavailable) ? nil : frame.owners, to: &json, &names)
      json.object("other") { json in
        json.member("pools", frame.other.pools)
        json.member("in_use_max", frame.other.inUseMaximum)
        json.member("exact", frame.other.isExact)
        json.member("address_in_use_max", frame.other.addressInUseMaximum)
      }
    }
  }

  private static func write(
    _ pool: PoolRecord, at frame: Frame, to json: inout JSONWriter, _ names: inout Names
  ) {
    let usage = PoolUsage(pool), now = frame.monotonicNanoseconds
    let age = now - min(now, pool.countedAtMonotonic)
    json.object { json in
      json.member("pool", PoolKeyText.text(pool.key, &names))
      PoolDocument.writeKey(pool.key, to: &json, &names)
      json.member("samples", pool.sampleCount)
      json.gauge("in_use", pool.inUse)
      json.gauge("headroom", pool.headroom)
      json.object("usage") { json in
        json.member("min", usage.minimum, places: 4)
        json.member("mean", usage.mean, places: 4)
        json.member("max", usage.maximum, places: 4)
        json.member("last", usage.last, places: 4)
      }
      json.member("capacity", pool.capacity)
      json.member("reclaimable", pool.reclaimable)
      json.member("headroom_lower", pool.headroomLower)
      json.member("headroom_bound", pool.headroomBound.rawValue)
      json.member("cliff_at", pool.cliffAt)
      json.member("searching", pool.isSearching)
      json.member("verdict", pool.verdict.rawValue)
      if let states = pool.states {
        json.object("states") { json in PoolDocument.writeNonZero(states, to: &json) }
      } else {
        json.null("states")
      }
      json.member("method", pool.method.name)
      json.member("count_age_ns", age)
      json.member("in_use_bound", pool.inUseBound)
      json.member("listening_ports", pool.listeningPorts)
      json.member("failures", pool.failures)
      PoolDocument.writeTrend(pool.forecast.trend, to: &json)
      writeRelease(pool.forecast.release, to: &json)
      HolderDocument.write(frame.knownOwners(of: pool), to: &json, &names)
    }
  }

  /// Ports that come back within the frame's horizons.
  private static func writeRelease(_ release: [UInt16]?, to json: inout JSONWriter) {
    guard let release else { return json.null("release") }
    json.array("release") { json in
      for (seconds, ports) in zip(Forecast.releaseHorizons, release) {
        json.object { json in
          json.member("in_s", seconds)
          json.member("ports", ports)
        }
      }
    }
  }
}

extension Frame {
  /// The owners that a pool names; nil where owners are not collected.
  func knownOwners(of pool: PoolRecord) -> [OwnerRecord]? {
    flags.contains(.ownersUnavailable) ? nil : owners(of: pool)
  }
}

extension JSONWriter {
  /// A gauge: {min, mean, max, last}.
  mutating func gauge(_ key: String, _ gauge: Gauge) {
    object(key) { json in
      json.member("min", gauge.minimum)
      json.member("mean", optional: Double(gauge.mean), places: 2)
      json.member("max", gauge.maximum)
      json.member("last", gauge.last)
    }
  }
}
