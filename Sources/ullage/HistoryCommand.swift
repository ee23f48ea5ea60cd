import ArgumentParser
import Console
import Frames
import Kernel
import Pools
import Rendering

/// `ullage history`: the ring as plot, table, CSV, JSON and SVG.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "The past out of the collector's ring: plot, table, CSV, JSON, SVG.",
    discussion: """
      Usage of the tightest pools over time, in UTC. Where frames stand for several samples there is a \
      band from the least to the greatest value around the mean. Time without frames is a gap.

      EXAMPLES
        ullage history                                   the last 10 minutes
        ullage history --since 02:30 --until 03:00 --table
        ullage history --since 2h --pool 10.0.0.5,10.1.2.3:443
        ullage history --since 1d --step 1m --csv > day.csv
        ullage history --since 1h --svg /tmp/hour.svg --redact

      POOLS (--pool)
        10.0.0.5,10.1.2.3:443    a connect pool; also as screens show it
        bind:10.0.0.5, bind:*    ports for bind(); udp-bind: for UDP
        udp:ipv4, udp:ipv6       ports for UDP connect() and sendto()

      EXIT STATUS
        0   it could do its work, whatever it found
        1   --fail-at LEVEL was reached in that time
        2   there is no ring, or it could not write
        64  wrong arguments
      """)

  @OptionGroup(title: "Time") var time: TimeOptions
  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Source") var ring: RingOption
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp("Fold frames to steps of this length.", valueName: "span"),
    transform: TimeOptions.span)
  var step: TimeSpan?

  @Option(
    help: ArgumentHelp("Only this pool; repeat for more.", valueName: "key"),
    transform: HistoryCommand.pool)
  var pool: [PoolKey] = []

  @Flag(help: "One row a step.")
  var table = false

  @Flag(help: "Comma-separated values: a row for the host and each pool of each frame.")
  var csv = false

  @Flag(help: "The document ullage.history/1 as JSON on one line.")
  var json = false

  @Option(help: ArgumentHelp("Draw into this file; - for standard output.", valueName: "file"))
  var svg: String?

  @Flag(help: "List all events below the plot, not only the newest.")
  var events = false

  @Option(
    help: ArgumentHelp(
      "At most this many pools; of each frame, in CSV and JSON.",
      valueName: "n"))
  var top: Int?

  @Option(
    help: ArgumentHelp("End with status 1 if the verdict was at least this.", valueName: "level"))
  var failAt: VerdictLevel?

  func validate() throws {
    if [table, csv, json, svg != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--table, --csv, --json and --svg exclude each other.")
    }
    if let top, !(1...1_000_000).contains(top) {
      throw ValidationError("--top takes a number from 1 to 1000000, not \(top).")
    }
    if svg?.isEmpty == true { throw ValidationError("--svg takes the name of a file.") }
  }

  func run() throws {
    let result: Result<Outcome, Failure>
    do throws(Failure) {
      var source: OpenFrames
      if let found = try FrameOrigin.ring(ring) {
        source = found
      } else {
        Failure.warn("no collector is running (ullage collect): the past begins now")
        source = try FrameOrigin.ringOrCollector(ring, intervalNanoseconds: 1_000_000_000)
      }
      try source.check(output: svg)
      // A collector of our own has taken its first sample by now.
      let now = Clock.realtimeNanoseconds()
      let stretch = try time.stretch(
        at: try TimeOptions.reference(for: &source, now: now), usual: 600_000_000_000)
      var run = HistoryRun(source, request(stretch))
      result = .success(try run.show(now: now))
    } catch {
      result = .failure(error)
    }
    try result.end()
  }

  private func request(_ stretch: (from: UInt64, through: UInt64)) -> HistoryRequest {
    var filter = filters.poolFilter
    filter.keys = pool
    let form: HistoryRequest.Form =
      table ? .table : csv ? .csv : json ? .json : svg.map { .svg($0) } ?? .plot
    return HistoryRequest(
      form: form, from: stretch.from, through: stretch.through, step: step?.nanoseconds,
      filter: filter, top: top, showsAllEvents: events, failAt: failAt, style: output.style,
      names: output.names)
  }

  static func pool(_ text: String) throws -> PoolKey {
    guard let key = PoolKeyText.key(text) else {
      throw ValidationError("'\(text)' is no pool. A pool is \(PoolKeyText.forms).")
    }
    return key
  }
}
