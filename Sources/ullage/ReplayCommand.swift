import ArgumentParser
import Console
import Frames
import Kernel
import Live
import Rendering

/// `ullage replay`: the live screen over the past.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "A recording, or the collector's past, played again on the full screen.",
    usage: "ullage replay [<file>] [<options>]",
    discussion: """
      The screen of `ullage live` at a moment of the past that goes on by itself, slower or faster. \
      A ring of another host can be played as well as a recording; without a file it is the running \
      collector's past, in full detail as far back as there is.

      EXAMPLES
        ullage replay run.ullage
        ullage replay run.ullage --speed 10
        ullage replay run.ullage --at worst --hold
        ullage replay --since 1h --at 02:47:13

      KEYS
        space                play, hold
        <, >                 slower, faster
        m, M                 the next, the last moment at which something happened
        w, g                 the tightest moment; go to a moment
        home, end            the beginning, the end
        left, right          one sample back, forth; shifted 10; page up, down 60
        ?                    all keys; those of `ullage live` work too
      """)

  @OptionGroup var recording: RecordingArgument

  @Option(
    help: ArgumentHelp(
      "Begin at this moment: 41s (after the beginning), worst, end, 02:47:13 (UTC).",
      valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("So many seconds in one, from 0.01 to 10000.", valueName: "n"))
  var speed = 1.0

  @Flag(help: "Begin held.")
  var hold = false

  @Option(
    help: ArgumentHelp(
      "The stretch of time shown, to begin with; by default all of it.", valueName: "span"),
    transform: TimeOptions.span)
  var window: TimeSpan?

  @Option(help: ArgumentHelp("Only pools whose name or owner has this in it.", valueName: "text"))
  var filter = ""

  @OptionGroup(title: "Time") var time: TimeOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard (0.01...10_000).contains(speed) else {
      throw ValidationError("--speed takes a number from 0.01 to 10000.")
    }
    if let window, !(10_000_000_000...604_800_000_000_000).contains(window.nanoseconds) {
      throw ValidationError("--window takes a span from 10s to 7d.")
    }
    guard filter.count <= 64 else {
      throw ValidationError("--filter takes at most 64 characters.")
    }
  }

  func run() throws { try play().end() }

  private func play() -> Result<Outcome, Failure> {
    guard ByteStream(descriptor: 0).isTerminal, ByteStream.standardOutput.isTerminal else {
      return .failure(
        Failure(
          "replay needs a terminal for its keys and its screen; `ullage report` makes a page of the "
            + "same, `ullage export` writes it out"))
    }
    do throws(Failure) {
      var source = try recording.open()
      let state = try state(of: &source)
      var loop = LiveLoop(
        source, style: output.style, names: output.names, refreshMilliseconds: 100, state: state)
      do throws(SystemCallError) {
        _ = try loop.run()
      } catch {
        throw Failure(writing: error)
      }
      return .success(.done)
    } catch {
      return .failure(error)
    }
  }

  /// The first picture's state: everything is read once, for what one can jump to.
  private func state(of source: inout OpenFrames) throws(Failure) -> LiveState {
    let stretch = try time.wholeStretch(of: &source, now: Clock.realtimeNanoseconds())
    let report = try ReportRun(request: ReportRequest()).report(
      on: &source, from: stretch.from, through: stretch.through)
    guard report.frameCount > 0 else {
      throw Failure("there are no frames of this time in \(source.path)")
    }
    var replay = LiveReplay(report)
    replay.speed = speed
    replay.isPlaying = !hold
    var moment = replay.fromNanoseconds
    if let at {
      guard let found = replay.moment(at) else {
        throw Failure("--at: '\(at)' is no moment. A moment is \(LiveReplay.forms)")
      }
      moment = found
    }
    var state = LiveState(columns: 80, rows: 24)
    state.filter = filter
    state.begin(replay, at: moment, window: window?.nanoseconds)
    return state
  }
}
