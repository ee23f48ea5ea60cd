import ArgumentParser
import Console
import Frames
import Kernel
import Pools
import Rendering

/// `ullage report`: a recording as one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "A recording as one self-contained page: verdict, time lines, pools, owners.",
    usage: "ullage report [<file>] [<options>]",
    discussion: """
      The page needs no network, no other file and no script; with scripts it also shows the values \
      at any moment. It can be printed, and read aloud. Without a file it is about what the running \
      collector's ring has in full detail, usually the last ten minutes.

      EXAMPLES
        ullage report run.ullage -o run.html
        ullage report run.ullage --compare before.ullage -o both.html
        ullage report run.ullage --svg -o run.svg
        ullage report --since 02:40 --until 03:00 --redact -o night.html
        ullage report run.ullage --json                 the same numbers

      EXIT STATUS
        0   it could do its work, whatever it found
        1   --fail-at LEVEL was reached in that time
        2   there is no ring, or it could not write
        64  wrong arguments
      """)

  @OptionGroup var recording: RecordingArgument
  @OptionGroup(title: "Time") var time: TimeOptions
  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write into this file; - for standard output.", valueName: "file"))
  var path: String?

  @Option(
    help: ArgumentHelp("Hold it against this recording, as run B.", valueName: "file"))
  var compare: String?

  @Flag(help: "The charts alone, as a picture.")
  var svg = false

  @Flag(help: "The document ullage.report/1 as JSON on one line; of each run.")
  var json = false

  @Option(
    help: ArgumentHelp("End with status 1 if the verdict was at least this.", valueName: "level"))
  var failAt: VerdictLevel?

  func validate() throws {
    if svg, json { throw ValidationError("--svg and --json exclude each other.") }
    if svg, compare != nil { throw ValidationError("--svg shows one run: --compare is for pages.") }
    if path?.isEmpty == true { throw ValidationError("-o takes the name of a file.") }
    if compare?.isEmpty == true {
      throw ValidationError("--compare takes the path of a recording.")
    }
  }

  func run() throws {
    let result: Result<Outcome, Failure>
    do throws(Failure) {
      let now = Clock.realtimeNanoseconds()
      var source = try recording.open()
      try source.check(output: path)
      let run = ReportRun(request: request)
      let report = try report(on: &source, run, now)
      var other: Report?
      if let compare {
        var option = recording
        option.file = compare
        var second = try option.open()
        try second.check(output: path)
        other = try self.report(on: &second, run, now)
      }
      result = .success(try run.write(report, comparedWith: other))
    } catch {
      result = .failure(error)
    }
    try result.end()
  }

  private func report(
    on source: inout OpenFrames, _ run: ReportRun, _ now: UInt64
  ) throws(Failure) -> Report {
    let stretch = try time.wholeStretch(of: &source, now: now)
    return try run.report(on: &source, from: stretch.from, through: stretch.through)
  }

  private var request: ReportRequest {
    ReportRequest(
      form: svg ? .picture : json ? .json : .page, path: path, filter: filters.poolFilter,
      failAt: failAt, names: output.names)
  }
}
