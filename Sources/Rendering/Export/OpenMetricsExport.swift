public import Frames
internal import Inet
internal import Pools

/// Frames as OpenMetrics with their times, as a time series database takes them in.
///
/// The format wants the points of a series together, while frames come with all series at once. So the
/// frames are gone through once to learn what series there are, and then once for every million
/// points: memory is bounded, however long the recording is.
public struct OpenMetricsExport {
  private let filter: PoolFilter
  private let common: String
  private var names: Names
  private var counts: [ExportSeries: Int] = [:]
  private var batches: [[ExportSeries]] = []
  private var points: [ExportSeries: [(atNanoseconds: UInt64, value: Double)]] = [:]
  private var families: Set<ExportFamily> = []
  private var sums: [ExportSeries: Double] = [:]
  private var written: ExportFamily?
  /// Series that were left out, because there were more than are told apart.
  public private(set) var seriesLeftOut = 0
  /// Points that were left out, because the clock had been set back.
  public private(set) var pointsLeftOut = 0

  /// The most series that are told apart.
  public static var seriesLimit: Int { 65_536 }
  private static var pointLimit: Int { 1_000_000 }

  /// An export of the frames of `writer`, with the pools that `filter` wants.
  public init(of writer: FrameWriterStatus, filter: PoolFilter = PoolFilter(), names: Names) {
    self.filter = filter
    self.names = names
    common =
      "host=\"\(Self.escaped(names.host(writer.host)))\","
      + "namespace=\"\(Self.escaped(self.names.namespace(writer.namespace)))\""
  }

  /// Learns what series a frame has; for every frame, before anything else.
  public mutating func survey(_ frame: Frame) {
    for family in ExportFamily.allCases {
      for (subject, _) in family.samples(frame, filter) {
        let series = ExportSeries(family: family, subject: subject)
        if let count = counts[series] {
          counts[series] = count + 1
        } else if counts.count < Self.seriesLimit {
          counts[series] = 1
        } else {
          seriesLeftOut += 1
        }
      }
    }
  }

  /// How often the frames must be gone through.
  public mutating func batchCount() -> Int {
    var labels: [ExportSeries: String] = [:]
    for series in counts.keys { labels[series] = self.labels(series.subject) }
    let all = counts.keys.sorted {
      ($0.family, labels[$0] ?? "") < ($1.family, labels[$1] ?? "")
    }
    var size = Int.max
    batches = []
    for series in all {
      let count = counts[series] ?? 0
      if size > Self.pointLimit - min(count, Self.pointLimit) {
        batches.append([])
        size = 0
      }
      batches[batches.count - 1].append(series)
      size += count
    }
    return batches.count
  }

  /// Begins a batch.
  public mutating func begin(_ batch: Int) {
    points = [:]
    sums = [:]
    for series in batches[batch] { points[series] = [] }
    families = Set(batches[batch].map(\.family))
  }

  /// Adds a frame to the batch; for every frame, in the order in which they were written.
  public mutating func add(_ frame: Frame) {
    let moment = frame.takenAtNanoseconds
    for family in families {
      for (subject, value) in family.samples(frame, filter) {
        let series = ExportSeries(family: family, subject: subject)
        guard let last = points[series]?.last else {
          guard points[series] != nil else { continue }
          append(moment, value, to: series)
          continue
        }
        // Times of a series must rise.
        if last.atNanoseconds / 1_000_000 < moment / 1_000_000 {
          append(moment, value, to: series)
        } else {
          sums[series, default: 0] += value
          pointsLeftOut += 1
        }
      }
    }
  }

  /// Ends the batch: hands over its lines, series by series, until `write` returns false.
  public mutating func finish(_ batch: Int, _ write: ([UInt8]) -> Bool) {
    for series in batches[batch] {
      var text = ""
      if written != series.family {
        written = series.family
        text += header(series.family)
      }
      let name = series.family.name + (series.family.isCounter ? "_total" : "")
      let head = "\(name){\(common)\(labels(series.subject))} "
      for point in points[series] ?? [] {
        text += head + Decimal.fixed(point.value, places: 9) + " " + Self.seconds(point.0) + "\n"
      }
      if !write(Array(text.utf8)) { return }
    }
    points = [:]
  }

  /// What ends the export.
  public static var end: [UInt8] { Array("# EOF\n".utf8) }

  private mutating func append(_ moment: UInt64, _ value: Double, to series: ExportSeries) {
    guard series.family.isCounter else {
      points[series]?.append((moment, value))
      return
    }
    sums[series, default: 0] += value
    points[series]?.append((moment, sums[series] ?? 0))
  }

  private func header(_ family: ExportFamily) -> String {
    let kind = family.isCounter ? "counter" : "gauge"
    return "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(kind)\n"
  }

  /// ",kind="connect",…": what follows the labels that all have.
  private mutating func labels(_ subject: ExportSeries.Subject) -> String {
    switch subject {
    case .host: return ""
    case .state(let state): return ",state=\"\(state.key)\""
    case .owner(let kind, let id, let name):
      return ",kind=\"\(kind.name)\",id=\"\(id)\",owner=\"\(Self.escaped(names.owner(name)))\""
    case .pool(let key):
      return ",kind=\"\(key.kind.rawValue)\",protocol=\"\(key.transport.name)\","
        + "pool=\"\(Self.escaped(PoolKeyText.text(key, &names)))\""
    }
  }

  /// "1795228933.020": whole milliseconds.
  private static func seconds(_ nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let rest = milliseconds % 1000
    let zeros = rest < 10 ? "00" : rest < 100 ? "0" : ""
    return "\(milliseconds / 1000).\(zeros)\(rest)"
  }

  /// The value of a label: without what would end it, its line, or turn it around.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in TextWrap.printable(text) {
      if character == "\"" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result
  }
}
