import Console
import Frames
import Kernel
import Pools
import Rendering

/// What is asked of a history.
struct HistoryRequest: Sendable {
  /// How it is shown.
  enum Form: Hashable, Sendable {
    case plot
    case table
    case csv
    case json
    /// Into this file, or "-".
    case svg(String)
  }

  var form: Form
  var from: UInt64
  var through: UInt64
  /// The length of steps in nanoseconds; nil: as it fits the form.
  var step: UInt64?
  var filter = PoolFilter()
  var top: Int?
  var showsAllEvents = false
  var failAt: VerdictLevel?
  var style = Style()
  var names = Names()
}

/// The history of any source of frames.
struct HistoryRun<Source: FrameSource> {
  private var source: Source
  private let request: HistoryRequest

  init(_ source: Source, _ request: HistoryRequest) {
    self.source = source
    self.request = request
  }

  /// Reads, and writes where it was asked for.
  mutating func show(now: UInt64) throws(Failure) -> Outcome {
    let history = try read(now: now)
    let bytes = rendered(history)
    do throws(SystemCallError) {
      if case .svg(let path) = request.form, path != "-" {
        try WrittenFile.replace(path, with: bytes)
      } else {
        try ByteStream.standardOutput.write(bytes)
      }
    } catch {
      throw Failure(writing: error)
    }
    let level = history.frames.map(\.verdict).max() ?? .ok
    return request.failAt.map { level >= $0 } ?? false ? .no : .done
  }

  /// The frames and events of the stretch.
  mutating func read(now: UInt64) throws(Failure) -> History {
    do throws(Source.Failure) {
      try source.refresh()
      let step = request.step ?? usualStep
      let wanted = step.map { (request.through - request.from) / max(1, $0) * 60 } ?? 4000
      // Finer frames than are shown keep extremes; no more of them than memory has room for.
      let frames = try source.frames(
        from: request.from, through: request.through, limit: Int(min(max(wanted, 600), 4000)))
      let events = try source.events(from: request.from, through: request.through, limit: 1000)
      return History(
        frames, events: events, writer: source.writer, losses: source.losses, from: request.from,
        through: request.through, step: step, askedAt: now)
    } catch {
      throw Failure(reading: error)
    }
  }

  /// A table has about thirty rows; everything else is as fine as the ring is.
  private var usualStep: UInt64? {
    guard request.form == .table else { return nil }
    let seconds = (request.through - request.from) / 1_000_000_000
    let steps: [UInt64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600]
    return (steps.first { seconds / $0 <= 30 } ?? 86_400) * 1_000_000_000
  }

  private func rendered(_ history: History) -> [UInt8] {
    let (filter, names) = (request.filter, request.names)
    switch request.form {
    case .plot:
      return HistoryPlot.text(
        history, filter: filter, top: request.top ?? 8, style: request.style, names: names,
        showsAllEvents: request.showsAllEvents)
    case .table:
      return HistoryTable.text(history, filter: filter, style: request.style, names: names)
    case .csv:
      return HistoryListing.csv(history, filter: filter, top: request.top ?? .max, names: names)
    case .json:
      return HistoryDocument.json(history, filter: filter, top: request.top ?? .max, names: names)
    case .svg:
      return HistorySVG.bytes(history, filter: filter, top: request.top ?? 5, names: names)
    }
  }
}
