import ArgumentParser
import Console
import Frames
import Kernel
import Rendering

/// `ullage export`: every frame, for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Every frame of a recording or ring as CSV, JSON or OpenMetrics.",
    usage: "ullage export [<file>] (--csv | --json | --openmetrics) [<options>]",
    discussion: """
      Frames are written as they are read, in as fine a resolution as there is: memory does not grow \
      with their number. Without a file it is about what the running collector's ring has in full \
      detail; with --since from the finest frames that reach back so far.

      EXAMPLES
        ullage export run.ullage --csv > run.csv
        ullage export run.ullage --json | jq .frame.verdict
        ullage export run.ullage --openmetrics > run.txt
        ullage export --since 1h --destination 10.1.2.3 --csv

      EXIT STATUS
        0   it could do its work
        2   there is no ring, or it could not write
        64  wrong arguments
      """)

  @OptionGroup var recording: RecordingArgument
  @OptionGroup(title: "Time") var time: TimeOptions
  @OptionGroup(title: "Filters") var filters: FilterOptions

  @Flag(help: "A row for the host and one for each pool of each frame.")
  var csv = false

  @Flag(help: "A document ullage.export/1 for each frame and each event, one a line.")
  var json = false

  @Flag(help: "OpenMetrics with the times of the frames, as promtool takes it in.")
  var openmetrics = false

  @Flag(help: "Replace addresses and names, for output that is meant to be shared.")
  var redact = false

  func validate() throws {
    guard [csv, json, openmetrics].count(where: { $0 }) == 1 else {
      throw ValidationError("Say one of --csv, --json and --openmetrics.")
    }
  }

  func run() throws {
    let result: Result<Outcome, Failure>
    do throws(Failure) {
      var source = try recording.open()
      let stretch = try time.wholeStretch(of: &source, now: Clock.realtimeNanoseconds())
      var run = ExportRun(
        source, csv ? .csv : json ? .json : .openMetrics, from: stretch.from,
        through: stretch.through, filter: filters.poolFilter, names: Names(redacted: redact))
      result = .success(try run.run())
    } catch {
      result = .failure(error)
    }
    try result.end()
  }
}
