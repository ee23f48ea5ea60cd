public import Frames
internal import Inet
internal import Pools

/// Makes a report out of frames that come one by one, in the order in which they were written.
///
/// Bounded: 600 columns, 256 pools (the tightest and the newest), 256 owners, however many frames there
/// are. A frame costs some microseconds.
public struct ReportBuilder {
  /// Columns of the time lines: finer than a dot of a usual screen.
  static var columnCount: Int { 600 }
  private static var poolLimit: Int { 256 }
  private static var ownerLimit: Int { 256 }
  private static var gapLimit: Int { 200 }

  private var report: Report
  private let filter: PoolFilter
  private var pools: [ReportPool] = []
  private var places: [PoolKey: Int] = [:]
  private var forgotten = 0
  private var owners: [OwnerKey: Report.Owner] = [:]
  private var columns: [ReportColumn?]
  private var lastColumn: Int?
  private var previous: FrameStampAndSpan?
  private var window = (connects: UInt64(0), span: UInt64(0))

  /// A builder of a report on the pools that `filter` wants, whose time lines are from `from` through
  /// `through`: CLOCK_REALTIME nanoseconds.
  public init(
    writer: FrameWriterStatus, from: UInt64, through: UInt64, filter: PoolFilter = PoolFilter()
  ) {
    report = Report(
      writer: writer, from: from, through: through, columnCount: Self.columnCount)
    self.filter = filter
    columns = Array(repeating: nil, count: Self.columnCount)
  }

  /// Adds the next frame.
  public mutating func add(_ frame: Frame) {
    report.frameCount += 1
    report.sampleCount &+= max(1, frame.sampleCount)
    report.flags.formUnion(frame.flags)
    let isContinued = noteGap(before: frame)
    let index = PlotColumns.index(
      of: frame.takenAtNanoseconds, from: report.fromNanoseconds,
      through: report.throughNanoseconds, count: Self.columnCount)
    if columns[index] == nil {
      columns[index] = ReportColumn(
        index: index, atNanoseconds: frame.takenAtNanoseconds,
        isContinued: isContinued && lastColumn.map { $0 < index } ?? false)
    }
    columns[index]?.add(frame)
    lastColumn = index
    addTotals(frame)
    addPools(frame, column: index)
    for owner in frame.owners { add(owner) }
  }

  /// The report, with what happened meanwhile and what could not be read.
  public consuming func report(events: [Event], losses: FrameLosses) -> Report {
    closeWindow(atLeast: 1)
    var report = report
    report.columns = columns.compactMap { $0 }
    report.events = events
    report.losses = losses
    report.poolTotal = pools.count + forgotten
    for index in pools.indices { fillBeforeFirst(index, report.columns) }
    report.pools = pools.sorted { $0.isBefore($1) }
    report.owners = owners.sorted {
      $0.value.portsMaximum != $1.value.portsMaximum
        ? $0.value.portsMaximum > $1.value.portsMaximum : $0.key < $1.key
    }.map(\.value)
    return report
  }

  /// Whether the frame goes on from the one before.
  private mutating func noteGap(before frame: Frame) -> Bool {
    defer { previous = FrameStampAndSpan(frame) }
    guard let previous else { return false }
    let interval = max(report.writer.intervalNanoseconds, previous.spanPerSample)
    guard let gap = History.Gap(after: previous.takenAt, before: frame, interval: interval) else {
      return frame.takenAtNanoseconds >= previous.takenAt
    }
    if report.gaps.count < Self.gapLimit { report.gaps.append(gap) }
    return false
  }

  private mutating func addTotals(_ frame: Frame) {
    let moment = frame.takenAtNanoseconds
    if let level = frame.countedVerdict, report.level.map({ level > $0 }) ?? true {
      report.level = level
      report.levelAtNanoseconds = moment
    }
    report.counters.add(frame.counters)
    report.spanNanoseconds &+= frame.spanNanoseconds
    if let failed = frame.failuresHere {
      report.failures = (report.failures ?? 0) &+ failed
      if failed > 0, report.firstFailureAtNanoseconds == nil {
        report.firstFailureAtNanoseconds = moment
      }
    }
    if let waiting = frame.gauges[.timeWait] {
      report.timeWaitMaximum = max(report.timeWaitMaximum ?? 0, waiting.maximum)
    }
    guard let connects = frame.counters[.activeOpens] else { return }
    window.connects &+= connects
    window.span &+= frame.spanNanoseconds
    closeWindow(atLeast: 1_000_000_000)
  }

  /// Takes the rate of the connects so far, if they cover that long.
  private mutating func closeWindow(atLeast nanoseconds: UInt64) {
    // What is shorter than a second says little, unless there is nothing else.
    guard window.span >= nanoseconds,
      window.span >= 1_000_000_000 || report.connectsPerSecondMaximum == nil
    else { return }
    let rate = Double(window.connects) * 1e9 / Double(window.span)
    report.connectsPerSecondMaximum = max(report.connectsPerSecondMaximum ?? 0, rate)
    window = (0, 0)
  }

  private mutating func addPools(_ frame: Frame, column: Int) {
    for record in frame.pools where filter.includes(record.key) {
      guard filter.includes(record) else {
        // It is there, in states that were not asked for: not known, which is not unused.
        if let place = places[record.key] { pools[place].lastFrame = report.frameCount }
        continue
      }
      let place: Int
      if let known = places[record.key] {
        place = known
      } else {
        if pools.count >= Self.poolLimit { forgetPools() }
        place = pools.count
        places[record.key] = place
        pools.append(ReportPool(record, at: frame, columnCount: Self.columnCount))
      }
      pools[place].add(record, at: frame, column: column)
      pools[place].lastFrame = report.frameCount
    }
    // Where nothing was left out, a connect pool that is not there has no port in use.
    guard frame.other.pools == 0 else { return }
    for place in pools.indices
    where pools[place].lastFrame != report.frameCount && pools[place].key.kind == .connect {
      pools[place].addUnused(column: column)
    }
  }

  /// Forgets the better half of the pools.
  private mutating func forgetPools() {
    pools.sort { $0.isBefore($1) }
    forgotten += pools.count - Self.poolLimit / 2
    pools.removeLast(pools.count - Self.poolLimit / 2)
    places = Dictionary(uniqueKeysWithValues: pools.enumerated().map { ($1.key, $0) })
  }

  /// Before it was first seen a connect pool had no port in use, where every pool was listed.
  private mutating func fillBeforeFirst(_ place: Int, _ all: [ReportColumn]) {
    guard pools[place].key.kind == .connect, forgotten == 0 else { return }
    let capacity = pools[place].newest.capacity
    for column in all {
      if pools[place].columns[column.index] != nil { return }
      if column.isComplete {
        pools[place].columns[column.index] = .unused(capacity: capacity)
      }
    }
  }

  private mutating func add(_ owner: OwnerRecord) {
    let key = OwnerKey(kind: owner.kind, id: owner.id)
    if var known = owners[key] {
      known.name = owner.name
      known.portsMaximum = max(known.portsMaximum, owner.ports)
      known.timeWaitMaximum = max(known.timeWaitMaximum, owner.timeWait)
      known.isInferred = known.isInferred || owner.isInferred
      owners[key] = known
    } else if owners.count < Self.ownerLimit {
      owners[key] = Report.Owner(
        kind: owner.kind, id: owner.id, name: owner.name, portsMaximum: owner.ports,
        timeWaitMaximum: owner.timeWait, isInferred: owner.isInferred)
    }
  }
}

/// An owner, whatever its numbers.
private struct OwnerKey: Hashable, Comparable {
  let kind: OwnerRecord.Kind
  let id: UInt64

  static func < (left: OwnerKey, right: OwnerKey) -> Bool {
    (left.kind.rawValue, left.id) < (right.kind.rawValue, right.id)
  }
}

/// What the next frame is held against.
private struct FrameStampAndSpan {
  let takenAt: UInt64
  let spanPerSample: UInt64

  init(_ frame: Frame) {
    takenAt = frame.takenAtNanoseconds
    spanPerSample = min(frame.spanNanoseconds / UInt64(max(1, frame.sampleCount)), 600_000_000_000)
  }
}
