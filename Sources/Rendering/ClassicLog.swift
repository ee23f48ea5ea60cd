public import Frames
internal import Inet
internal import Pools

/// The classic log: one line for each local address and interval, with columns that have had these names
/// and meanings for long, and ours after them.
///
/// What is unknown is an empty field (in a table a dash, in JSON null); `unknown` says which columns
/// were, so that it can be said once.
public struct ClassicLog {
  /// How it is written.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Aligned for people.
    case table
    /// RFC 4180.
    case csv
    /// One document, `ullage.log/1`, a line.
    case json
  }

  /// How the lines are written.
  public let format: Format
  private var names: Names
  private let hostWidth: Int
  /// Columns that were empty in some line so far, in order.
  public private(set) var unknown: [String] = []

  /// A log in which names are shown as `names` has it; `host` decides how wide its column is.
  public init(_ format: Format, host: String, names: Names = Names()) {
    self.format = format
    self.names = names
    hostWidth = max(Self.columns[0].width, TextWrap.printable(names.host(host)).count)
  }

  /// What stands at the top of a file: titles, or nothing before JSON.
  public var header: [UInt8] {
    switch format {
    case .json: []
    case .csv: Array(CSVField.line(Self.columns.map(\.title)).utf8)
    case .table:
      Array(
        (aligned(Self.columns.map(\.title)) + "\n"
          + aligned(
            Self.columns.map {
              String(repeating: "-", count: $0.title.count)
            }) + "\n").utf8)
    }
  }

  /// The lines for one interval: `frame` is its only sample or their aggregate.
  ///
  /// Addresses come in their numerical order, TCP before UDP. An idle host has no line.
  public mutating func lines(
    of frame: Frame, writer: FrameWriterStatus, askedAtNanoseconds: UInt64
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in LogEntry.entries(of: frame) {
      for column in entry.unknownColumns where !unknown.contains(column) { unknown.append(column) }
      switch format {
      case .json:
        bytes += LogDocument.json(
          entry, frame, writer: writer, askedAt: askedAtNanoseconds, &names)
      case .csv: bytes += CSVField.line(fields(entry, frame, writer.host)).utf8
      case .table:
        let cells = fields(entry, frame, writer.host).map { $0.isEmpty ? "-" : $0 }
        bytes += (aligned(cells.map { TextWrap.printable($0) }) + "\n").utf8
      }
    }
    return bytes
  }

  private mutating func fields(_ entry: LogEntry, _ frame: Frame, _ host: String) -> [String] {
    [
      names.host(host), Timestamp.seconds(nanoseconds: frame.takenAtNanoseconds),
      names.text(entry.address), "\(entry.pool.inUse.last)", "\(entry.pool.capacity)",
      Decimal.fixed(PoolUsage(entry.pool).last * 100, places: 1),
      entry.pool.listeningPorts.map { "\($0)" } ?? "", entry.processes.map { "\($0)" } ?? "",
      entry.pool.key.transport.name, entry.destinations.map { "\($0)" } ?? "",
      "\(entry.pool.inUse.maximum)", "\(entry.pool.headroom.last)",
      entry.pool.states.map { "\($0[.timeWait])" } ?? "",
      frame.countedVerdict == nil ? "" : entry.pool.verdict.rawValue,
    ]
  }

  private func aligned(_ cells: [String]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let column = Self.columns[index]
      let width = index == 0 ? hostWidth : max(column.width, column.title.count)
      let padding = String(repeating: " ", count: max(0, width - cell.count))
      if index > 0 { line += " " }
      line += column.alignsRight ? padding + cell : cell + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The first eight are those of the script Log-EphemeralPortStats.
  private static let columns: [(title: String, width: Int, alignsRight: Bool)] = [
    ("Computer", 14, false), ("DateTime", 20, false), ("LocalAddress", 15, false),
    ("#OfEPortsInUse", 0, true), ("Max#OfEPorts", 0, true), ("%EPortUsage", 0, true),
    (LogEntry.listening, 0, true), (LogEntry.pids, 0, true), ("Protocol", 0, false),
    (LogEntry.destinationCount, 0, true), ("Peak#OfEPorts", 0, true), ("#OfEPortsLeft", 0, true),
    (LogEntry.timeWait, 0, true), ("Verdict", 0, false),
  ]
}
