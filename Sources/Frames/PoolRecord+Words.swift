internal import Inet
internal import Pools

extension WordWriter {
  mutating func append(_ gauge: Gauge) {
    append(gauge.minimum, gauge.maximum)
    append(gauge.last, gauge.mean.bitPattern)
  }

  /// Thirty words: see `FrameLayout`, POOL.
  mutating func append(_ pool: PoolRecord) {
    append(pool.key)
    append(pool.inUse)
    append(pool.headroom)
    var state = UInt64(UInt32(clamping: pool.sampleCount))
    state |= UInt64(pool.flagBits) << 32
    state |= UInt64(pool.verdict.code) << 40
    state |= UInt64(pool.method.rawValue) << 48
    let owners = pool.owners.prefix(PoolRecord.ownerLimit)
    append(state | UInt64(owners.count) << 56)
    append(pool.capacity, pool.reclaimable)
    append(Self.half(pool.headroomLower), Self.half(pool.cliffAt))
    append(Self.half(pool.failures), UInt32(clamping: pool.inUseBound))
    append(pool.countedAtMonotonic)
    let states = pool.states ?? StateCounts()
    for pair in 0..<6 { append(states[raw: pair * 2], states[raw: pair * 2 + 1]) }
    append(UInt32(clamping: states[.boundInactive]), Self.half(pool.listeningPorts))
    let forecast = pool.forecast
    append(forecast.arrivalsPerSecond ?? .nan, forecast.releasesPerSecond ?? .nan)
    append(forecast.secondsToExhaustion ?? .nan, forecast.steadyUsage ?? .nan)
    append(release: forecast.release)
    append(forecast.secondsToCliff ?? .nan, forecast.sustainablePerSecond ?? .nan)
    for place in 0..<PoolRecord.ownerLimit {
      let rest =
        place == 0 ? UInt32(clamping: pool.otherOwners.ports) : Self.half(pool.otherOwners.timeWait)
      guard place < owners.count else {
        append(0 as UInt64)
        append(0, rest)
        continue
      }
      let share = owners[place]
      append(
        UInt64(UInt16(clamping: share.owner)) | (share.isInferred ? 1 << 16 : 0)
          | UInt64(UInt32(clamping: share.ports)) << 32)
      append(UInt32(clamping: share.timeWait), rest)
    }
  }

  private mutating func append(release: [UInt16]?) {
    var low: UInt64 = 0, high: UInt64 = 0
    if let release {
      for index in 0..<min(release.count, 6) {
        let ports = UInt64(release[index]) << UInt64(index % 4 * 16)
        if index < 4 { low |= ports } else { high |= ports }
      }
    }
    append(low)
    append(high)
  }

  /// A count, or all ones for none.
  static func half(_ count: Int?) -> UInt32 {
    count.map { min(UInt32(clamping: $0), FrameLayout.noHalf - 1) } ?? FrameLayout.noHalf
  }
}

extension WordReader {
  mutating func gauge() throws(FrameError) -> Gauge {
    let (minimum, maximum) = try halves()
    let (last, bits) = try halves()
    let mean = Float(bitPattern: bits)
    // Readers make ranges of the extremes and whole numbers of the mean.
    guard minimum <= last, last <= maximum else {
      throw .value(field: "last of a gauge", found: UInt64(last))
    }
    guard mean.isFinite, mean >= Float(minimum), mean <= Float(maximum) else {
      throw .value(field: "mean of a gauge", found: UInt64(bits))
    }
    return Gauge(minimum: minimum, mean: mean, maximum: maximum, last: last)
  }

  /// A frame or a pool without samples would be a mean of nothing.
  static func sampleCount(_ half: UInt32) throws(FrameError) -> Int {
    guard half > 0 else { throw .value(field: "number of samples", found: 0) }
    return Int(half)
  }

  mutating func pool(ownerCount: Int) throws(FrameError) -> PoolRecord {
    let key = try key(), inUse = try gauge(), headroom = try gauge(), state = try next()
    let (capacity, reclaimable) = try counts()
    let (lower, cliff) = try halves()
    let (failures, bound) = try halves()
    let countedAt = try moment("time of a count")
    guard let method = CountMethod(rawValue: state.byte(6)) else {
      throw .value(field: "counting method", found: UInt64(state.byte(6)))
    }
    let flags = PoolRecord.FlagBits(rawValue: state.byte(4))
    var states = StateCounts()
    for pair in 0..<6 {
      let (even, odd) = try counts()
      states.set(raw: UInt8(pair * 2), even)
      states.set(raw: UInt8(pair * 2 + 1), odd)
    }
    let (boundInactive, listening) = try halves()
    states[.boundInactive] = Int(boundInactive)
    var record = PoolRecord(
      Pool(
        key: key, inUse: Int(inUse.last), capacity: capacity, reclaimable: reclaimable,
        headroom: Int(headroom.last), headroomLower: Self.count(lower),
        headroomBound: flags.contains(.exact) ? .exact : .upper, cliffAt: Self.count(cliff),
        isSearching: flags.contains(.searching),
        states: flags.contains(.states) ? states : nil, verdict: try .init(code: state.byte(5))),
      method: method, countedAtMonotonic: countedAt)
    record.sampleCount = try Self.sampleCount(UInt32(truncatingIfNeeded: state))
    record.inUse = inUse
    record.headroom = headroom
    record.failures = Self.count(failures)
    record.inUseBound = Int(bound)
    record.listeningPorts = Self.count(listening)
    record.forecast = try forecast(hasRelease: flags.contains(.release))
    (record.owners, record.otherOwners) = try owners(Int(state.byte(7)), of: ownerCount)
    return record
  }

  private mutating func forecast(hasRelease: Bool) throws(FrameError) -> Forecast {
    // What is no number is not known; nothing else is written for it.
    func known(_ value: Float) -> Float? { value.isFinite ? value : nil }
    var forecast = Forecast()
    let (arrivals, releases) = try floats(), (seconds, steady) = try floats()
    forecast.arrivalsPerSecond = known(arrivals)
    forecast.releasesPerSecond = known(releases)
    forecast.secondsToExhaustion = known(seconds)
    forecast.steadyUsage = known(steady)
    let low = try next(), high = try next()
    let (cliff, sustainable) = try floats()
    forecast.secondsToCliff = known(cliff)
    forecast.sustainablePerSecond = known(sustainable)
    if hasRelease {
      forecast.release = [
        low.quarter(0), low.quarter(1), low.quarter(2), low.quarter(3), high.quarter(0),
        high.quarter(1),
      ]
    }
    return forecast
  }

  private mutating func owners(
    _ count: Int, of ownerCount: Int
  ) throws(FrameError) -> ([OwnerShare], OwnersRest) {
    guard count <= PoolRecord.ownerLimit else {
      throw .value(field: "number of owners of a pool", found: UInt64(count))
    }
    var shares: [OwnerShare] = []
    var rest = OwnersRest(ports: 0, timeWait: 0)
    for place in 0..<PoolRecord.ownerLimit {
      let word = try next()
      let second = try next()
      let timeWait = Int(UInt32(truncatingIfNeeded: second)), other = UInt32(second >> 32)
      if place == 0 { rest.ports = Int(other) } else { rest.timeWait = Self.count(other) }
      guard place < count else { continue }
      guard Int(word.quarter(0)) < ownerCount else {
        throw .value(field: "place of an owner", found: UInt64(word.quarter(0)))
      }
      shares.append(
        OwnerShare(
          owner: Int(word.quarter(0)), ports: Int(word >> 32), timeWait: timeWait,
          isInferred: word.quarter(1) & 1 != 0))
    }
    return (shares, rest)
  }

  static func count(_ half: UInt32) -> Int? { half == FrameLayout.noHalf ? nil : Int(half) }
}

extension PoolRecord {
  /// What of a record is a bit.
  struct FlagBits: OptionSet {
    let rawValue: UInt8
    static var searching: FlagBits { FlagBits(rawValue: 1) }
    static var exact: FlagBits { FlagBits(rawValue: 2) }
    static var states: FlagBits { FlagBits(rawValue: 4) }
    static var release: FlagBits { FlagBits(rawValue: 8) }
  }

  fileprivate var flagBits: UInt8 {
    var flags: FlagBits = []
    if isSearching { flags.insert(.searching) }
    if headroomBound == .exact { flags.insert(.exact) }
    if states != nil { flags.insert(.states) }
    if forecast.release != nil { flags.insert(.release) }
    return flags.rawValue
  }
}

extension StateCounts {
  /// The number in the state with the kernel's number `raw`; 0 for those it has no number for.
  fileprivate subscript(raw raw: Int) -> UInt32 {
    UInt32(clamping: SocketState(rawValue: UInt8(raw)).map { self[$0] } ?? undocumented)
  }
}
