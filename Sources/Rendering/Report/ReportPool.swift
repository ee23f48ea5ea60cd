internal import Frames
internal import Inet
internal import Pools

/// What became of one pool over a report's time.
struct ReportPool: Sendable {
  /// The pool in one column.
  struct Column: Sendable {
    /// The least usage.
    var minimum = 1.0
    /// The mean of its frames.
    var mean = 0.0
    /// The greatest usage.
    var maximum = 0.0
    /// The most ports in use.
    var inUseMaximum: UInt32 = 0
    /// The fewest ports left.
    var headroomMinimum: UInt32 = .max
    fileprivate var samples = 0.0

    /// Nothing in use, of so many ports.
    static func unused(capacity: Int) -> Column {
      var column = Column()
      column.add(PoolUsage(), inUse: 0, headroom: UInt32(clamping: capacity))
      return column
    }

    fileprivate mutating func add(_ usage: PoolUsage, inUse: UInt32, headroom: UInt32) {
      samples += 1
      minimum = min(minimum, usage.minimum)
      maximum = max(maximum, usage.maximum)
      mean += (usage.mean - mean) / samples
      inUseMaximum = max(inUseMaximum, inUse)
      headroomMinimum = min(headroomMinimum, headroom)
    }
  }

  /// What it is the pool of.
  let key: PoolKey
  /// The record in which it was tightest, and when that was.
  private(set) var worst: (record: PoolRecord, atNanoseconds: UInt64)
  /// The newest record.
  private(set) var newest: PoolRecord
  /// The worst verdict.
  private(set) var verdict = VerdictLevel.ok
  /// The highest usage.
  private(set) var usageMaximum = 0.0
  /// When it was first as high as that.
  private(set) var usageMaximumAtNanoseconds: UInt64
  /// The most ports in use.
  private(set) var inUseMaximum: UInt32 = 0
  /// The fewest ports left.
  private(set) var headroomMinimum: UInt32 = .max
  /// Failed connects; nil when nobody counted them.
  private(set) var failures: Int?
  /// The most new connects a second.
  private(set) var arrivalsMaximum: Float?
  /// When connect() was first seen to search.
  private(set) var cliffReachedAtNanoseconds: UInt64?
  /// When it was first seen without a port.
  private(set) var exhaustedAtNanoseconds: UInt64?
  /// The time for which it had none, as far as frames tell: nanoseconds.
  private(set) var exhaustedNanoseconds: UInt64 = 0
  /// The ports that were to come back, at the newest moment not after the worst that knows of them.
  private(set) var release: (ports: [UInt16], atNanoseconds: UInt64)?
  /// Who held most, when most was held.
  private(set) var owner: (name: String, ports: Int)?
  /// Its columns, by their index; nil where it is not known.
  var columns: [Column?]
  /// The frame that it was seen in last.
  var lastFrame = 0

  /// A pool that is first seen in `record`.
  init(_ record: PoolRecord, at frame: Frame, columnCount: Int) {
    key = record.key
    worst = (record, frame.takenAtNanoseconds)
    newest = record
    usageMaximumAtNanoseconds = frame.takenAtNanoseconds
    columns = Array(repeating: nil, count: columnCount)
  }

  /// Adds what a frame says of it.
  mutating func add(_ record: PoolRecord, at frame: Frame, column: Int) {
    let usage = PoolUsage(record), moment = frame.takenAtNanoseconds
    columns[column, default: Column()].add(
      usage, inUse: record.inUse.maximum, headroom: record.headroom.minimum)
    newest = record
    verdict = max(verdict, record.verdict)
    headroomMinimum = min(headroomMinimum, record.headroom.minimum)
    if record.inUse.maximum >= inUseMaximum, let share = record.owners.first,
      frame.owners.indices.contains(share.owner)
    {
      owner = (frame.owners[share.owner].name, share.ports)
    }
    inUseMaximum = max(inUseMaximum, record.inUse.maximum)
    let isWorst = record.isTighter(than: worst.record)
    if isWorst { worst = (record, moment) }
    if usage.maximum > usageMaximum {
      usageMaximum = usage.maximum
      usageMaximumAtNanoseconds = moment
    }
    if let ports = record.forecast.release, isWorst || release == nil { release = (ports, moment) }
    if let count = record.failures { failures = (failures ?? 0) &+ count }
    if let arrivals = record.forecast.arrivalsPerSecond, arrivals.isFinite {
      arrivalsMaximum = max(arrivalsMaximum ?? 0, arrivals)
    }
    if record.isSearching, cliffReachedAtNanoseconds == nil { cliffReachedAtNanoseconds = moment }
    guard record.headroom.minimum == 0 || record.capacity == 0 else { return }
    if exhaustedAtNanoseconds == nil { exhaustedAtNanoseconds = moment }
    exhaustedNanoseconds &+= frame.spanNanoseconds
  }

  /// Notes that no port was in use at a moment of a column.
  mutating func addUnused(column: Int) {
    columns[column, default: Column()].add(
      PoolUsage(), inUse: 0, headroom: UInt32(clamping: newest.capacity))
  }

  /// The usage from which connect() searches, as the newest record has it; nil where there is no such.
  var cliff: Double? {
    guard let cliff = newest.cliffAt, newest.capacity > 0 else { return nil }
    return Double(cliff) / Double(newest.capacity)
  }

  /// Whether this one comes first: the worse verdict; of equals connects, because they are what most people
  /// are here for; then the tighter.
  func isBefore(_ other: ReportPool) -> Bool {
    if verdict != other.verdict { return verdict > other.verdict }
    let isConnect = key.kind == .connect
    if isConnect != (other.key.kind == .connect) { return isConnect }
    if usageMaximum != other.usageMaximum { return usageMaximum > other.usageMaximum }
    return key < other.key
  }
}

extension Array {
  /// The element at `index`; where there is none it becomes `fallback` first.
  fileprivate subscript<Value>(
    index: Int, default fallback: @autoclosure () -> Value
  ) -> Value where Element == Value? {
    get { self[index] ?? fallback() }
    set { self[index] = newValue }
  }
}
