public import Frames
internal import Inet
internal import Metrics
internal import Pools

/// Frames as OpenMetrics with their times, as a time series database takes them in.
///
/// The format wants the points of a series together, while frames come with all series at once. So the
/// frames are gone through once to learn what series there are, and then once for every million
/// points: memory is bounded, however long the recording is.
public struct OpenMetricsExport {
  private let filter: PoolFilter
  private let common: [UInt8]
  private var writer = ExpositionWriter(.openMetrics)
  private var names: Names
  private var counts: [ExportSeries: Int] = [:]
  private var batches: [[ExportSeries]] = []
  private var points: [ExportSeries: [(atNanoseconds: UInt64, value: Double)]] = [:]
  private var families: Set<MetricFamily> = []
  private var sums: [ExportSeries: Double] = [:]
  private var written: MetricFamily?
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
    var common: [UInt8] = []
    ExpositionWriter.appendLabel("host", names.host(writer.host), to: &common)
    ExpositionWriter.appendLabel(
      "namespace", self.names.namespace(writer.namespace), to: &common)
    self.common = common
  }

  /// Learns what series a frame has; for every frame, before anything else.
  public mutating func survey(_ frame: Frame) {
    for family in MetricFamily.exported {
      for (subject, _) in family.exportSamples(frame, filter) {
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
    var labels: [ExportSeries: [UInt8]] = [:]
    for series in counts.keys { labels[series] = self.labels(series.subject) }
    let all = counts.keys.sorted { left, right in
      if left.family != right.family { return left.family.exportPlace < right.family.exportPlace }
      return (labels[left] ?? []).lexicographicallyPrecedes(labels[right] ?? [])
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
      for (subject, value) in family.exportSamples(frame, filter) {
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
      if written != series.family {
        written = series.family
        let family = series.family
        writer.begin(family.rawValue, family.kind, unit: family.unit, help: family.meaning)
      }
      let labels = labels(series.subject)
      for point in points[series] ?? [] {
        writer.sample(common, labels, is: .number(point.value), at: point.atNanoseconds)
      }
      if !write(writer.take()) { return }
    }
    points = [:]
  }

  /// What ends the export.
  public static var end: [UInt8] {
    var writer = ExpositionWriter(.openMetrics)
    writer.end()
    return writer.take()
  }

  private mutating func append(_ moment: UInt64, _ value: Double, to series: ExportSeries) {
    guard series.family.kind == .counter else {
      points[series]?.append((moment, value))
      return
    }
    sums[series, default: 0] += value
    points[series]?.append((moment, sums[series] ?? 0))
  }

  /// What follows the labels that all have.
  private mutating func labels(_ subject: ExportSeries.Subject) -> [UInt8] {
    switch subject {
    case .namespace: return []
    case .transport(let transport): return MetricLabels.of(transport)
    case .state(let state): return MetricLabels.of(state)
    case .owner(let kind, let id, let name):
      return MetricLabels.of(
        ("kind", kind.name), ("id", "\(id)"), ("owner", names.owner(name)))
    case .pool(let key): return MetricLabels.of(key) { names.text($0) }
    }
  }
}
