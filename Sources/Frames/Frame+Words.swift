internal import Inet
internal import Kernel
internal import Pools

extension Frame {
  /// Writes the frame into `words`, whose memory is kept: at most `capacity.wordCount` of them.
  ///
  /// Lists that are longer than the capacity are cut at their end, and `other` then knows of the pools
  /// that were. A brief frame has connect pools before all others, and a flag that says so.
  public func write(into words: inout [UInt64], capacity: FrameCapacity) {
    // The buffer changes hands, so that nothing is copied.
    var writer = WordWriter(reusing: consume words)
    let (listed, left) =
      capacity.isBrief
      ? splitBriefly(pools, atMost: capacity.pools) : split(pools, atMost: capacity.pools)
    let other = other.adding(left)
    writer.append(
      UInt64(FrameLayout.version) | UInt64(FrameLayout.frameKind) << 16
        | UInt64(UInt32(clamping: sampleCount)) << 32)
    writer.append(boot.high)
    writer.append(boot.low)
    writer.append(tick)
    writer.append(takenAtNanoseconds)
    writer.append(monotonicNanoseconds)
    writer.append(spanNanoseconds)
    writer.append(namespaceCookie ?? FrameLayout.noWord)
    writer.append(UInt32(range.low) | UInt32(range.high) << 16, UInt32(clamping: reserved))
    writer.append(UInt32(clamping: blocked), UInt32(verdict.code))
    writer.append(connectCapacity, bindCapacity)
    writer.append(other.pools, other.inUseMaximum)
    writer.append(other.addressInUseMaximum, other.isExact ? 1 : 0)
    writer.append(capacity.isBrief ? flags.union(.brief).rawValue : flags.rawValue)
    let (owners, places) = OwnerSelection.of(
      owners, named: listed, atMost: capacity.isBrief ? 0 : FrameCapacity.owners)
    let findings = findings.prefix(capacity.isBrief ? 0 : FrameCapacity.findings)
    let alarms = alarms.prefix(capacity.isBrief ? 0 : FrameCapacity.alarms)
    writer.append(
      UInt64(UInt16(clamping: listed.count)) | UInt64(owners.count) << 16
        | UInt64(findings.count) << 32 | UInt64(alarms.count) << 48)
    writeMeasurements(&writer)
    for listedPool in listed {
      guard let places else {
        writer.append(listedPool)
        continue
      }
      var pool = listedPool
      pool.owners = []
      for var share in listedPool.owners {
        if let place = places[share.owner] {
          share.owner = place
          pool.owners.append(share)
        } else {
          pool.otherOwners.add(share)
        }
      }
      writer.append(pool)
    }
    for owner in owners { writer.append(owner) }
    for finding in findings { writer.append(finding) }
    for alarm in alarms { writer.append(alarm) }
    words = writer.finish()
  }

  /// The pools that there is room for: those that all sockets share, whatever their usage, and of the
  /// others the first ones.
  private func split(
    _ pools: [PoolRecord], atMost limit: Int
  ) -> (listed: ArraySlice<PoolRecord>, left: [PoolRecord]) {
    if pools.count <= limit { return (pools[...], []) }
    var room = limit - pools.count(where: \.isShared)
    var listed: [PoolRecord] = [], left: [PoolRecord] = []
    for pool in pools {
      if !pool.isShared { room -= 1 }
      if (pool.isShared || room >= 0) && listed.count < limit {
        listed.append(pool)
      } else {
        left.append(pool)
      }
    }
    return (listed[...], left)
  }

  /// Those that a brief frame has room for: connect pools, the first ones, and then of the others.
  private func splitBriefly(
    _ pools: [PoolRecord], atMost limit: Int
  ) -> (listed: ArraySlice<PoolRecord>, left: [PoolRecord]) {
    let kept = Set(
      (pools.indices.filter { pools[$0].key.kind == .connect }
        + pools.indices.filter { pools[$0].key.kind != .connect }).prefix(limit))
    return (
      pools.indices.filter(kept.contains).map { pools[$0] }[...],
      pools.indices.filter { !kept.contains($0) }.map { pools[$0] }
    )
  }

  private func writeMeasurements(_ writer: inout WordWriter) {
    var known: (gauges: UInt64, counters: UInt64) = (0, 0)
    for name in HostGauge.allCases where gauges[name] != nil {
      known.gauges |= 1 << UInt64(name.rawValue)
    }
    for name in HostCounter.allCases where counters[name] != nil {
      known.counters |= 1 << UInt64(name.rawValue)
    }
    writer.append(known.gauges)
    writer.append(known.counters)
    for name in HostGauge.allCases {
      if let gauge = gauges[name] { writer.append(gauge) }
    }
    for name in HostCounter.allCases {
      if let count = counters[name] { writer.append(count) }
    }
  }

  /// The frame that these words are.
  public init(_ words: Span<UInt64>) throws(FrameError) {
    var reader = WordReader(words)
    let sampleCount = try reader.head(kind: FrameLayout.frameKind)
    let boot = BootID(high: try reader.next(), low: try reader.next())
    let tick = try reader.next(), takenAt = try reader.moment("time")
    let monotonic = try reader.moment("monotonic time"), span = try reader.moment("span")
    let cookie = try reader.next()
    let (ports, reserved) = try reader.halves()
    let (blocked, verdict) = try reader.halves()
    let (connectCapacity, bindCapacity) = try reader.counts()
    guard
      let range = PortRange(
        low: UInt16(truncatingIfNeeded: ports), high: UInt16(ports >> 16))
    else {
      throw .value(field: "range", found: UInt64(ports))
    }
    self.init(
      boot: boot, tick: tick, takenAtNanoseconds: takenAt, monotonicNanoseconds: monotonic,
      spanNanoseconds: span, namespaceCookie: cookie == FrameLayout.noWord ? nil : cookie,
      range: range, reserved: Int(reserved), blocked: Int(blocked),
      connectCapacity: connectCapacity, bindCapacity: bindCapacity)
    self.sampleCount = try WordReader.sampleCount(sampleCount)
    self.verdict = try VerdictLevel(code: UInt8(clamping: verdict))
    let (otherPools, otherMaximum) = try reader.counts()
    let (addressMaximum, isExact) = try reader.counts()
    other = Remainder(
      pools: otherPools, inUseMaximum: otherMaximum, isExact: isExact != 0,
      addressInUseMaximum: addressMaximum)
    flags = FrameFlags(rawValue: try reader.next())
    let counts = try reader.next()
    try readMeasurements(&reader)
    let ownerCount = Int(counts.quarter(1))
    // No more than there can be, whatever is announced.
    pools.reserveCapacity(min(Int(counts.quarter(0)), words.count / FrameLayout.poolWordCount))
    for _ in 0..<counts.quarter(0) { pools.append(try reader.pool(ownerCount: ownerCount)) }
    for _ in 0..<ownerCount { owners.append(try reader.owner()) }
    for _ in 0..<counts.quarter(2) { findings.append(try reader.finding()) }
    for _ in 0..<counts.quarter(3) { alarms.append(try reader.alarm()) }
  }

  private mutating func readMeasurements(_ reader: inout WordReader) throws(FrameError) {
    let knownGauges = try reader.next(), knownCounters = try reader.next()
    guard knownGauges >> UInt64(HostGauge.allCases.count) == 0 else {
      throw .value(field: "gauges", found: knownGauges)
    }
    guard knownCounters >> UInt64(HostCounter.allCases.count) == 0 else {
      throw .value(field: "counters", found: knownCounters)
    }
    for name in HostGauge.allCases where knownGauges >> UInt64(name.rawValue) & 1 != 0 {
      gauges[name] = try reader.gauge()
    }
    for name in HostCounter.allCases where knownCounters >> UInt64(name.rawValue) & 1 != 0 {
      counters[name] = try reader.next()
    }
  }
}

extension WordReader {
  /// Checks version and kind; returns the upper half of the first word.
  mutating func head(kind: UInt16) throws(FrameError) -> UInt32 {
    let head = try next()
    guard head.quarter(0) == FrameLayout.version else {
      throw .version(found: Int(head.quarter(0)), expected: Int(FrameLayout.version))
    }
    guard head.quarter(1) == kind else {
      throw .kind(found: Int(head.quarter(1)), expected: Int(kind))
    }
    return UInt32(head >> 32)
  }
}

extension Remainder {
  /// This remainder with `pools` added to it.
  func adding(_ pools: some Collection<PoolRecord>) -> Remainder {
    var sum = self
    for pool in pools {
      let inUse = Int(pool.inUse.maximum)
      switch pool.key {
      case .connect:
        sum.pools += 1
        sum.inUseMaximum = max(sum.inUseMaximum, inUse)
      default: sum.addressInUseMaximum = max(sum.addressInUseMaximum, inUse)
      }
    }
    return sum
  }
}
