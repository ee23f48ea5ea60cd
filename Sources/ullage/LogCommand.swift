import ArgumentParser
import Console
import Frames
import Kernel
import Pools
import Rendering

/// `ullage log`: the classic log.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "One line per local address and interval: the classic log.",
    usage: "ullage log [<options>]",
    discussion: """
      The first eight columns have the names and meanings of the script Log-EphemeralPortStats; then \
      come protocol, destinations, the most ports in use during the interval, ports left, TIME_WAIT \
      and verdict. A column that nothing is known of is empty (- in the table, null in JSON), which \
      standard error says once.

      Without --since and --until it goes on until SIGINT or SIGTERM. A file given by -o is appended \
      to: titles only where it is empty, the lines of an interval in one write. When another program \
      has moved the file away, and after SIGHUP, it is opened anew.

      EXAMPLES
        ullage log                                      every minute
        ullage log --interval 10s --format csv
        ullage log --count 1 --csv -o /tmp/ports.csv    for cron
        ullage log --since 02:30 --until 03:00          the past, out of the ring
        ullage log --count 1 --json                     once, for programs

      EXIT STATUS
        0   it could do its work, or was told to end
        1   --fail-at LEVEL was reached
        2   it could not read frames, or not write
        64  wrong arguments
      """)

  @OptionGroup(title: "Time") var time: TimeOptions
  @OptionGroup(title: "Source") var ring: RingOption
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(help: "How lines are written.")
  var format: ClassicLog.Format?

  @Flag(help: "The same as --format csv.")
  var csv = false

  @Flag(help: "The same as --format json: one document, ullage.log/1, a line.")
  var json = false

  @Option(
    help: ArgumentHelp("The interval between lines; a bare number is seconds.", valueName: "span"),
    transform: TimeOptions.span)
  var interval = TimeSpan(nanoseconds: 60_000_000_000)

  @Option(help: ArgumentHelp("End after so many intervals.", valueName: "n"))
  var count: Int?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Append to this file.", valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "End with status 1 if some frame's verdict was at least this.",
      valueName: "level"))
  var failAt: VerdictLevel?

  func validate() throws {
    let chosen = [csv, json, format != nil].filter { $0 }.count
    if chosen > 1 { throw ValidationError("--format, --csv and --json exclude each other.") }
    if let count, count < 1 {
      throw ValidationError("--count takes a number of intervals from 1 on, not \(count).")
    }
    if file?.isEmpty == true { throw ValidationError("-o takes the name of a file.") }
  }

  func run() throws {
    // Before anything that starts a thread.
    let signals = SignalQueue([.interrupt, .terminate] + (file == nil ? [] : [.hangup]))
    let isPast = time.since != nil || time.until != nil
    let result: Result<Outcome, Failure>
    do throws(Failure) {
      let now = Clock.realtimeNanoseconds()
      if isPast {
        guard var source = try FrameOrigin.ring(ring) else {
          throw Failure("there is no ring to read the past from; is a collector running?")
        }
        let stretch = try time.stretch(
          at: try TimeOptions.reference(for: &source, now: now), usual: 600_000_000_000)
        // Where there is nothing to write no file is made.
        let destination = try LogDestination(path: file)
        var run = LogRun(source, log, destination, options)
        result = .success(try run.past(from: stretch.from, through: stretch.through))
      } else {
        let source = try FrameOrigin.ringOrCollector(
          ring, intervalNanoseconds: min(interval.nanoseconds, 1_000_000_000))
        let destination = try LogDestination(path: file)
        var run = LogRun(source, log, destination, options)
        result = .success(
          try run.follow { deadline in
            switch signals.next(untilMonotonicNanoseconds: deadline) {
            case nil: .timeout
            case .hangup: .reopen
            case .interrupt, .terminate, .quit, .child, .brokenPipe: .end
            }
          })
      }
    } catch {
      result = .failure(error)
    }
    try result.end()
  }

  private var log: ClassicLog.Format { format ?? (csv ? .csv : json ? .json : .table) }

  private var options: LogOptions {
    LogOptions(
      intervalNanoseconds: interval.nanoseconds, count: count, failAt: failAt,
      names: output.names)
  }
}
