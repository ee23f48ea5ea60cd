import Console
import Frames
import Kernel
import Pools
import Rendering
import Verdicts

/// What is asked of a report.
struct ReportRequest: Sendable {
  /// How it is shown.
  enum Form: Hashable, Sendable {
    case page
    case picture
    case json
  }

  var form = Form.page
  /// Where it goes; nil or "-" for standard output.
  var path: String?
  var filter = PoolFilter()
  var failAt: VerdictLevel?
  var names = Names()
}

/// A report on any source of frames, alone or beside another.
struct ReportRun {
  let request: ReportRequest

  /// The report on a stretch of a source.
  func report<Source: FrameSource>(
    on source: inout Source, from start: UInt64, through end: UInt64
  ) throws(Failure) -> Report {
    var builder = ReportBuilder(
      writer: source.writer, from: start, through: end, filter: request.filter)
    do throws(Source.Failure) {
      let events = try source.events(from: start, through: end, limit: 1 << 14)
      var run = RunObservation()
      for event in events { run.add(event) }
      try source.forEachFrame(from: start, through: end) { frame in
        builder.add(frame)
        run.add(frame)
        return true
      }
      var report = builder.report(events: Array(events.suffix(1000)), losses: source.losses)
      if source.writer.isRecording { report.run = run.verdict }
      return report
    } catch {
      throw Failure(reading: error)
    }
  }

  /// Writes it where it was asked for, beside `other` if there is one.
  func write(_ report: Report, comparedWith other: Report? = nil) throws(Failure) -> Outcome {
    let names = request.names
    let bytes =
      switch request.form {
      case .json:
        ReportDocument.json(report, names: names)
          + (other.map { ReportDocument.json($0, names: names) } ?? [])
      case .picture: ReportPicture.svg(report, names: names)
      case .page:
        other.map { ReportPage.html(report, comparedWith: $0, names: names) }
          ?? ReportPage.html(report, names: names)
      }
    do throws(SystemCallError) {
      if let path = request.path, path != "-" {
        try WrittenFile.replace(path, with: bytes)
      } else {
        try ByteStream.standardOutput.write(bytes)
      }
    } catch {
      throw Failure(writing: error)
    }
    let level = max(report.level ?? .ok, other?.level ?? .ok)
    return request.failAt.map { level >= $0 } ?? false ? .no : .done
  }
}
