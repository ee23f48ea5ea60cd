import Frames
import Inet
import Pools

/// What must be written of frames of one namespace, said as plainly as it can be: without places, limits
/// or any regard for cost.
struct MetricModel {
  private(set) var values: [String: Double] = [:]
  private let frames: [Frame]
  private let newest: Frame

  /// Of `frames`, in order, of the namespace "host"; nil without any.
  init?(_ frames: [Frame], now: UInt64) {
    guard let newest = frames.last else { return nil }
    self.frames = frames
    self.newest = newest
    addHost()
    addCounters()
    addRange()
    addWorst(now: now)
    addPools()
    addOwnersAndAlarms()
  }

  private mutating func add(_ name: String, _ value: Double?) { add(name, [:], value) }

  private mutating func add(_ name: String, _ labels: [String: String], _ value: Double?) {
    guard let value else { return }
    let all = labels.merging(["namespace": "host"]) { own, _ in own }
    values[Self.series("ullage_" + name, all)] = value
  }

  static func series(_ name: String, _ labels: [String: String]) -> String {
    name + "{" + labels.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",")
      + "}"
  }

  private mutating func addHost() {
    values["ullage_build_info{layout=1,version=1.2.3}"] = 1
    values["ullage_usage_threshold_ratio{}"] = 0.8
    values["ullage_namespaces{}"] = 1
    values["ullage_namespaces_untold{}"] = 0
    add("up", 1)
    add("sample_timestamp_seconds", Double(newest.takenAtNanoseconds) / 1e9)
    let durations = frames.compactMap { $0.counters[.dumpNanoseconds] }.filter { $0 > 0 }
    add("sample_duration_seconds", durations.last.map { Double($0) / 1e9 })
    add("sample_count_age_seconds", newest.gauges[.countAge].map { Double($0.last) / 1e3 })
    add("samples_total", Double(frames.map(\.sampleCount).reduce(0, +)))
    // Those that count the whole host, and nobody else's, as long as that is so.
    let counted = frames.filter { !$0.flags.contains(.failuresOfNamespace) }
    if counted.last == newest, newest.counters[.connectFailures] != nil,
      let sum = Self.sum(counted.map { $0.counters[.connectFailures] })
    {
      values["ullage_connect_failures_total{}"] = sum
    }
  }

  private static func sum(_ values: [UInt64?]) -> Double? {
    let known = values.compactMap(\.self)
    return known.isEmpty ? nil : known.map { Double($0) }.reduce(0, +)
  }

  private mutating func addCounters() {
    let names: [(HostCounter, String, Double)] = [
      (.cpuNanoseconds, "sample_cpu_seconds_total", 1e-9), (.lateTicks, "samples_late_total", 1),
      (.skippedTicks, "samples_skipped_total", 1), (.deferredDumps, "samples_deferred_total", 1),
      (.failedSamples, "samples_failed_total", 1), (.activeOpens, "connects_total", 1),
      (.timeWaitOverflows, "time_wait_overflows_total", 1),
      (.timeWaitReused, "time_wait_reused_total", 1),
    ]
    let ofTicks: [HostCounter] = [.lateTicks, .skippedTicks, .deferredDumps, .failedSamples]
    for (counter, name, scale) in names {
      let counts = frames.map { frame in
        let isKnown = ofTicks.contains(counter) && frame.counters[.ticks] != nil
        return frame.counters[counter] ?? (isKnown ? 0 : nil)
      }
      add(name, Self.sum(counts).map { $0 * scale })
    }
    // Since they were not counted last.
    let counted = frames.reversed().prefix { $0.counters[.connectFailures] != nil }
    add("connect_failures_attributed_total", Self.sum(counted.map(\.failuresKnownHere)))
  }

  private mutating func addRange() {
    add("range_ports", Double(newest.range.count))
    if !newest.flags.contains(.reservedUnavailable) {
      add("reserved_ports", Double(newest.reserved))
    }
    if !newest.flags.contains(.notCounted) { add("blocked_ports", Double(newest.blocked)) }
    func last(_ gauge: HostGauge) -> Double? { newest.gauges[gauge].map { Double($0.last) } }
    add("range_ports_in_use", ["protocol": "tcp"], last(.tcpPortsInUse))
    add("range_ports_in_use", ["protocol": "udp"], last(.udpPortsInUse))
    let states: [HostGauge] = [
      .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck,
      .listen, .closing, .boundInactive,
    ]
    for state in states {
      add("sockets", ["protocol": "tcp", "state": state.key], last(state))
    }
    add("sockets", ["protocol": "udp"], last(.udpSockets))
    add("pools", ["kind": "connect"], last(.connectPools))
  }

  /// The highest of what is listed and of what the gauges know; nil when neither is known.
  private static func usage(_ kind: String, _ frame: Frame, peak: Bool) -> Double? {
    if frame.flags.contains(.notCounted) { return nil }
    let listed = frame.pools.filter { $0.key.kind.rawValue == kind }
      .map { peak ? max($0.usage, $0.usageMaximum) : $0.usage }
    let gauges: [String: HostGauge] = [
      "connect": .worstConnectUsage, "bind": .worstAddressUsage, "udp": .worstUDPUsage,
    ]
    let known = gauges[kind].flatMap { frame.gauges[$0] }.map {
      min(1, Double(peak ? max($0.last, $0.maximum) : $0.last) / 1e6)
    }
    return (listed + (known.map { [$0] } ?? [])).max()
  }

  private mutating func addWorst(now: UInt64) {
    for kind in ["connect", "bind", "udp", "udp-bind"] {
      let labels = ["kind": kind]
      add("worst_pool_usage_ratio", labels, Self.usage(kind, newest, peak: false))
      let minute = now / 60_000_000_000
      let before = frames.filter { $0.takenAtNanoseconds / 60_000_000_000 + 1 == minute }
      add(
        "worst_pool_usage_ratio_max_1m", labels,
        before.compactMap { Self.usage(kind, $0, peak: true) }.max())
      let known = frames.filter { Self.usage(kind, $0, peak: false) != nil }
      let above = known.filter { Self.usage(kind, $0, peak: false) ?? 0 >= 0.8 }
      func seconds(_ frames: [Frame]) -> Double {
        frames.map { Double($0.spanNanoseconds) }.reduce(0, +) / 1e9
      }
      if !known.isEmpty { add("above_threshold_seconds_total", labels, seconds(above)) }
      if kind == "connect", !known.isEmpty {
        let searching = known.filter {
          $0.pools.contains { $0.key.kind == .connect && $0.isSearching }
        }
        add("above_cliff_seconds_total", labels, seconds(searching))
      }
      if !newest.flags.contains(.notCounted) {
        let left = newest.pools.filter { $0.key.kind.rawValue == kind }
          .compactMap(\.forecast.secondsToExhaustion)
        add("worst_pool_exhaustion_seconds", labels, left.min().map { Double($0) })
      }
    }
  }

  private static func labels(_ key: PoolKey) -> [String: String] {
    var labels = ["kind": key.kind.rawValue, "protocol": key.transport.name]
    switch key {
    case .connect(let source, let destination, let port, let interface):
      labels["source"] = "\(source)"
      labels["destination"] = "\(destination)"
      labels["port"] = "\(port)"
      if interface != 0 { labels["interface"] = "\(interface)" }
    case .bind(.address(let address)), .udpBind(.address(let address)):
      labels = ["protocol": key.transport.name, "address": "\(address)"]
    case .bind(let local), .udpBind(let local): labels["source"] = "\(local)"
    case .udp(let family): labels["family"] = family.rawValue
    }
    return labels
  }

  private mutating func addPools() {
    for record in newest.pools {
      let labels = Self.labels(record.key)
      let head = labels["address"] == nil ? "pool" : "address"
      add("\(head)_ports_in_use", labels, Double(record.inUse.last))
      add("\(head)_ports_capacity", labels, Double(record.capacity))
      add("\(head)_ports_headroom", labels, Double(record.headroom.last))
      guard head == "pool" else { continue }
      if record.key.kind == .connect {
        add("pool_ports_reclaimable", labels, Double(record.reclaimable))
        add("pool_searching", labels, record.isSearching ? 1 : 0)
      }
      add(
        "pool_exhaustion_seconds", labels, record.forecast.secondsToExhaustion.map { Double($0) })
    }
    addFailuresAndUnlisted()
    guard !newest.flags.contains(.notCounted),
      newest.other.pools > 0 || newest.other.inUseMaximum > 0
    else { return }
    let other = ["kind": "connect", "protocol": "tcp", "destination": "other"]
    let (capacity, most) = (newest.connectCapacity, newest.other.inUseMaximum)
    add("pool_ports_in_use", other, Double(most))
    add("pool_ports_capacity", other, Double(capacity))
    add("pool_ports_headroom", other, Double(max(0, capacity - most)))
  }

  /// Pools that were listed before: their failures, and that they are empty where that is known.
  private mutating func addFailuresAndUnlisted() {
    let listed = Set(newest.pools.map(\.key))
    let flags: FrameFlags = [.notCounted, .brief]
    let isComplete = newest.flags.isDisjoint(with: flags)
    let knowsConnects =
      isComplete && newest.other.pools == 0 && newest.other.inUseMaximum == 0
      && newest.other.isExact
    let knowsAddresses = isComplete && newest.other.addressInUseMaximum == 0
    for key in Set(frames.flatMap(\.pools).map(\.key)) {
      let labels = Self.labels(key)
      if case .connect = key {
        let counts = frames.compactMap { $0.pools.first { $0.key == key }?.failures }
        add(
          "pool_connect_failures_total", labels,
          counts.isEmpty ? nil : Double(counts.reduce(0, +)))
        guard knowsConnects, !listed.contains(key) else { continue }
        for name in ["ports_in_use", "ports_reclaimable", "searching"] {
          add("pool_\(name)", labels, 0)
        }
        for name in ["capacity", "headroom"] {
          add("pool_ports_\(name)", labels, Double(newest.connectCapacity))
        }
      } else if labels["address"] != nil, knowsAddresses, !listed.contains(key) {
        add("address_ports_in_use", labels, 0)
        for name in ["capacity", "headroom"] {
          add("address_ports_\(name)", labels, Double(newest.bindCapacity))
        }
      }
    }
  }

  private static func cleaned(_ text: String) -> String {
    String(text.map { $0 == "\n" ? "?" : $0 })
  }

  private mutating func addOwnersAndAlarms() {
    for owner in newest.owners {
      let same = newest.owners.filter {
        $0.kind == owner.kind && Self.cleaned($0.name) == Self.cleaned(owner.name)
      }
      add(
        "owner_ports", ["kind": owner.kind.name, "owner": Self.cleaned(owner.name)],
        Double(same.map(\.ports).reduce(0, +)))
    }
    guard !newest.flags.contains(.brief) else { return }
    for frame in frames {
      for alarm in frame.alarms where alarm.isRaised {
        let isRaised = newest.alarms.contains {
          $0.isRaised && Self.cleaned($0.rule) == Self.cleaned(alarm.rule)
            && $0.severity == alarm.severity
        }
        add(
          "alarm_active",
          ["alarm": Self.cleaned(alarm.rule), "severity": alarm.severity.name], isRaised ? 1 : 0)
      }
    }
  }
}
