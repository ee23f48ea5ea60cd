import Console
import Frames
import Kernel
import Rendering

/// Every frame of a source in a form for other programs, as it is read: memory for one at a time.
struct ExportRun<Source: FrameSource> {
  /// The form.
  enum Form: Hashable, Sendable {
    case csv
    case json
    case openMetrics
  }

  private var source: Source
  private let form: Form
  private let filter: PoolFilter
  private var names: Names
  private let stretch: (from: UInt64, through: UInt64)
  private var buffer: [UInt8] = []
  private var failure: Failure?
  private let put: ([UInt8]) throws(SystemCallError) -> Void

  /// An export of the frames of a stretch; `put` takes the bytes, by default standard output.
  init(
    _ source: Source, _ form: Form, from start: UInt64, through end: UInt64,
    filter: PoolFilter = PoolFilter(), names: Names = Names(),
    put: @escaping ([UInt8]) throws(SystemCallError) -> Void = { bytes throws(SystemCallError) in
      try ByteStream.standardOutput.write(bytes)
    }
  ) {
    self.source = source
    self.form = form
    self.filter = filter
    self.names = names
    self.put = put
    stretch = (start, end)
  }

  /// Reads, and writes.
  mutating func run(warn: (String) -> Void = Failure.warn) throws(Failure) -> Outcome {
    switch form {
    case .csv: try writeRows()
    case .json: try writeDocuments()
    case .openMetrics: try writeMetrics(warn)
    }
    flush()
    if let failure { throw failure }
    let losses = source.losses
    let lost = losses.lapped + losses.torn + losses.corrupt
    if lost > 0 { warn("\(lost) frames could not be read and are left out") }
    return .done
  }

  private mutating func writeRows() throws(Failure) {
    write(HistoryListing.header)
    var names = names
    try each { run, frame in
      run.write(HistoryListing.rows(of: frame, filter: run.filter, names: &names))
    }
  }

  /// Events stand between the frames, by their time.
  private mutating func writeDocuments() throws(Failure) {
    let (writer, filter) = (source.writer, filter)
    var names = names
    var events: ArraySlice<Event>
    do throws(Source.Failure) {
      events = try source.events(from: stretch.from, through: stretch.through, limit: 16_384)[...]
    } catch {
      throw Failure(reading: error)
    }
    try each { run, frame in
      while let event = events.first, event.atNanoseconds <= frame.takenAtNanoseconds {
        run.write(ExportDocument.line(event, of: writer, names: &names))
        events.removeFirst()
      }
      run.write(ExportDocument.line(frame, of: writer, filter: filter, names: &names))
    }
    for event in events { write(ExportDocument.line(event, of: writer, names: &names)) }
  }

  private mutating func writeMetrics(_ warn: (String) -> Void) throws(Failure) {
    var export = OpenMetricsExport(of: source.writer, filter: filter, names: names)
    try each { _, frame in export.survey(frame) }
    for batch in 0..<export.batchCount() where failure == nil {
      export.begin(batch)
      try each { _, frame in export.add(frame) }
      export.finish(batch) { bytes in
        write(bytes)
        return failure == nil
      }
    }
    write(OpenMetricsExport.end)
    if export.seriesLeftOut > 0 {
      warn("more than \(OpenMetricsExport.seriesLimit) series: the others are left out")
    }
    if export.pointsLeftOut > 0 {
      warn("\(export.pointsLeftOut) points are left out: the clock had been set back")
    }
  }

  /// Goes through the frames, as long as somebody takes what is written.
  private mutating func each(_ body: (inout Self, Frame) -> Void) throws(Failure) {
    var source = source
    do throws(Source.Failure) {
      try source.forEachFrame(from: stretch.from, through: stretch.through) { frame in
        body(&self, frame)
        return failure == nil
      }
    } catch {
      throw Failure(reading: error)
    }
    self.source = source
  }

  private mutating func write(_ bytes: [UInt8]) {
    buffer += bytes
    if buffer.count >= 1 << 16 { flush() }
  }

  private mutating func flush() {
    guard failure == nil, !buffer.isEmpty else { return }
    do throws(SystemCallError) {
      try put(buffer)
    } catch {
      failure = Failure(writing: error)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
