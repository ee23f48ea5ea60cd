internal import Frames
internal import HostFacts
internal import Inet
internal import Pools

/// What is remembered of failed connects: how many of each pool in the frame's time, when the last one was,
/// and what nobody was told of yet. Bounded.
struct FailureMemory {
  /// A connect pool, as far as a failure tells: on which interface it does not.
  struct Target: Hashable {
    let source: IPAddress
    let destination: IPAddress
    let port: UInt16
  }

  /// Whose failures an event is about.
  private enum Subject: Hashable {
    case pool(Target)
    /// Pools of other namespaces.
    case elsewhere
    /// Not attributed.
    case unknown
  }

  private struct Record {
    var inFrame = 0
    var lastAt: UInt64
    var untold = 0
    var toldAt: UInt64?
    var last: ConnectFailure?
  }

  /// The last reading's properties; nil while nothing counts.
  private(set) var isAttributing: Bool?
  /// What it can see.
  private(set) var coverage: ConnectFailures.Coverage?
  private var isLowerBound = false
  private var records: [Subject: Record] = [:]
  /// When events were told, the newest last.
  private var tellings: [UInt64] = []
  /// When an unexpected failure was last a reason to count.
  private var countedAt: UInt64 = 0

  /// The most pools that are remembered.
  static var recordMax: Int { 1024 }
  /// The most pools that are listed for their failures alone.
  static var listedMax: Int { 16 }
  /// The most events of ten seconds: a ring keeps few.
  static var eventMax: Int { 8 }
  /// How long a failure matters to the verdict.
  static var memoryNanoseconds: UInt64 { 60_000_000_000 }
  /// The least time between two events of one pool.
  static var eventNanoseconds: UInt64 { 10_000_000_000 }

  /// Takes a reading; nil where nothing counts.
  mutating func add(_ reading: FailureReading?, at now: UInt64) {
    coverage = reading?.coverage
    isAttributing = reading?.isAttributing
    guard let reading else { return }
    if reading.isLowerBound { isLowerBound = true }
    for failure in reading.failures {
      let target = Target(
        source: failure.source, destination: failure.destination, port: failure.port)
      note(
        failure.isOwnNamespace ? .pool(target) : .elsewhere, 1, failure,
        at: min(now, failure.monotonicNanoseconds))
    }
    let (rest, overflow) = reading.unattributed.addingReportingOverflow(reading.lost ?? 0)
    if rest > 0 { note(.unknown, overflow ? .max : Int(clamping: rest), nil, at: now) }
  }

  private mutating func note(
    _ subject: Subject, _ count: Int, _ failure: ConnectFailure?, at time: UInt64
  ) {
    if records[subject] == nil, records.count >= Self.recordMax { forgetOldest() }
    var record = records[subject] ?? Record(lastAt: time)
    record.inFrame = Self.sum(record.inFrame, count)
    record.untold = Self.sum(record.untold, count)
    record.lastAt = max(record.lastAt, time)
    record.last = failure
    records[subject] = record
  }

  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }

  private mutating func forgetOldest() {
    if let oldest = records.min(by: { $0.value.lastAt < $1.value.lastAt }) {
      records[oldest.key] = nil
    }
  }

  /// The flags of a frame.
  var flags: FrameFlags {
    switch coverage {
    case nil: [.failuresUnavailable]
    case .host: isLowerBound ? [.failuresLowerBound] : []
    case .namespace:
      isLowerBound ? [.failuresOfNamespace, .failuresLowerBound] : [.failuresOfNamespace]
    }
  }

  /// Pools of this namespace that failed within the last minute, the newest first, and no more than can be
  /// listed.
  func recent(at now: UInt64) -> [Target] {
    records.compactMap { subject, record -> (Target, UInt64)? in
      guard case .pool(let target) = subject, now &- record.lastAt <= Self.memoryNanoseconds else {
        return nil
      }
      return (target, record.lastAt)
    }.sorted { $0.1 > $1.1 }.prefix(Self.listedMax).map(\.0)
  }

  /// Failures of a pool in the frame's time, and the seconds since the last one; 0 and nil where there was
  /// none.
  func failures(of target: Target, at now: UInt64) -> (inFrame: Int, secondsAgo: Double?) {
    guard let record = records[.pool(target)] else { return (0, nil) }
    return (record.inFrame, Double(now - min(now, record.lastAt)) / 1_000_000_000)
  }

  /// Whether a pool failed that was counted as one with room, so that it has to be counted again; at most
  /// once a second.
  mutating func wantsCount(at now: UInt64, of pools: [PoolRecord]) -> Bool {
    guard now &- countedAt >= 1_000_000_000 else { return false }
    let wants = records.contains { subject, record in
      guard case .pool(let target) = subject, record.inFrame > 0 else { return false }
      let pool = pools.first { $0.target == target }
      return pool.map { $0.headroom.last > 0 && $0.countedAtMonotonic < record.lastAt } ?? true
    }
    if wants { countedAt = now }
    return wants
  }

  /// The words for failures that nobody was told of, and for none within ten seconds of the last ones.
  mutating func takeEvents(at now: UInt64) -> [String] {
    let due = records.filter { _, record in
      record.untold > 0 && (record.toldAt.map { now &- $0 >= Self.eventNanoseconds } ?? true)
    }.sorted { $0.value.untold > $1.value.untold }
    tellings.removeAll { now &- $0 >= Self.eventNanoseconds }
    var texts: [String] = []
    for (subject, record) in due.prefix(Self.eventMax - tellings.count) {
      tellings.append(now)
      texts.append(Self.text(subject, record))
      records[subject]?.untold = 0
      records[subject]?.toldAt = now
    }
    return texts
  }

  /// Begins the next frame; what is old and was told is forgotten.
  mutating func beginFrame(at now: UInt64) {
    isLowerBound = false
    for (subject, record) in records {
      if now &- record.lastAt > Self.memoryNanoseconds, record.untold == 0 {
        records[subject] = nil
      } else {
        records[subject]?.inFrame = 0
      }
    }
  }

  private static func text(_ subject: Subject, _ record: Record) -> String {
    let more = record.toldAt == nil ? "" : " more"
    let what = "\(record.untold)\(more) connect\(record.untold == 1 ? "" : "s") failed"
    guard let last = record.last else { return "\(what), by whom is not known" }
    let place = subject == .elsewhere ? " in another network namespace" : ""
    let port = last.destination.isIPv4 ? "\(last.destination)" : "[\(last.destination)]"
    return "\(what)\(place): \(last.source) → \(port):\(last.port)"
      + " (pid \(last.processID) \(last.command))"
  }
}

extension PoolRecord {
  /// What a failure tells of the pool; nil for pools of other kinds.
  var target: FailureMemory.Target? {
    guard case .connect(let source, let destination, let port, _) = key else { return nil }
    return .init(source: source, destination: destination, port: port)
  }

  /// Whether the pool is bound to an interface.
  var isScoped: Bool {
    if case .connect(_, _, _, let interface) = key { interface != 0 } else { false }
  }
}
