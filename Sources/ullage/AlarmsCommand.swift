import Alarms
import ArgumentParser
import Console
import Delivery
import Frames
import Kernel
import Rendering
import Settings

/// `ullage alarms`: the alarms that are raised, and those that come.
struct AlarmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms",
    abstract: "The alarms that the collector has raised, now and as they come.",
    usage: "ullage alarms [<options>]",
    discussion: """
      --exec hands each event to a command, as JSON (ullage.alarms/1) on its standard input. It is \
      killed when it takes too long, and run again when it fails, with a pause of 1, 2 and 4 s; what \
      belongs to one alarm comes in order. The cursor is a file that remembers what was delivered: \
      with it a restart neither repeats nor loses an event that the ring still has. A crash in the \
      moment between can repeat one.

      Without a collector (ullage collect) what is raised now is found by counting here. --follow waits \
      until there is one.

      EXAMPLES
        ullage alarms                           what is raised, and what happened last
        ullage alarms --follow --json           each event as a line, until interrupted
        ullage alarms --follow --exec 'mail -s ports ops' --cursor /var/lib/ullage/mail
        ullage alarms --redact                  to be shared

      EXIT STATUS
        0   it could do its work, whatever it found
        2   it could not
        64  wrong arguments
      """)

  @OptionGroup(title: "Output") var output: OutputOptions

  @Flag(help: "Go on with events as they come, until interrupted.")
  var follow = false

  @Flag(
    help: "Documents ullage.alarms/1, one a line: what is raised, with no event, then events.")
  var json = false

  @Option(
    help: ArgumentHelp("Show at most this many events of the past.", valueName: "n"))
  var events = 10

  @OptionGroup(title: "Source") var ring: RingOption

  @Option(
    help: ArgumentHelp(
      "The configuration, for the rules of alarms and the service.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp("Run this with /bin/sh for each event.", valueName: "command"))
  var exec: String?

  @Option(
    help: ArgumentHelp("Kill it after this many seconds.", valueName: "seconds"))
  var execTimeout = 10.0

  @Option(
    help: ArgumentHelp("Run at most this many at once, 1 to 4.", valueName: "n"))
  var execConcurrency = 1

  @Option(
    help: ArgumentHelp("Remember in this file what is settled.", valueName: "file"))
  var cursor: String?

  func validate() throws {
    if !follow, exec != nil || cursor != nil {
      throw ValidationError("--exec and --cursor are for events to come: add --follow.")
    }
    guard (0...100_000).contains(events) else {
      throw ValidationError("--events takes a number from 0 to 100000, not \(events).")
    }
    guard execTimeout >= 0.1, execTimeout <= 3600 else {
      throw ValidationError("--exec-timeout takes seconds from 0.1 to 3600.")
    }
    guard (1...4).contains(execConcurrency) else {
      throw ValidationError("--exec-concurrency takes 1 to 4, not \(execConcurrency).")
    }
  }

  func run() throws {
    // Before anything that starts a thread.
    let signals = follow ? SignalQueue([.interrupt, .terminate, .child]) : nil
    try run(
      signals: signals,
      open: { rules throws(Failure) in
        if let signals { return try awaitedRing(signals) }
        if let running = try FrameOrigin.ring(ring) { return running }
        Failure.warn("no collector is running (ullage collect); collecting here")
        return try OpenFrames(collecting: ring, rules: rules)
      }, failure: { $0 })
  }

  /// Does the command's work on the frames that `open` finds, given the rules; nil ends it. `failure` puts
  /// their errors into words; with `signals` it follows until one of them.
  func run<Source: FrameSource>(
    signals: SignalQueue? = nil, open: ([AlarmRule]) throws(Failure) -> Source?,
    failure: @escaping (Source.Failure) -> Failure
  ) throws {
    do throws(Failure) {
      let rules = try rules()
      let saved = try savedCursor()
      guard let source = try open(rules) else { return }
      var session = AlarmsSession(
        source, rules: rules, style: output.style, names: output.names, isJSON: json,
        failure: failure)
      if signals != nil { try session.begin(from: saved) }
      // What came since the cursor is shown with what comes.
      try session.show(events: saved == nil ? events : 0)
      guard let signals else { return }
      try session.follow(
        from: saved, cursorPath: cursor, exec: exec.map { ($0, deliveryOptions) }
      ) { signals.next(untilMonotonicNanoseconds: $0) }
    } catch {
      throw error.report()
    }
  }

  /// The ring of a collector, as soon as there is one; nil when told to end before that.
  ///
  /// Collecting here instead would go on beside the collector when that has started.
  private func awaitedRing(_ signals: SignalQueue) throws(Failure) -> OpenFrames? {
    var isSaid = false
    while true {
      if let found = try FrameOrigin.ring(ring) { return found }
      if !isSaid { Failure.warn("no collector is running (ullage collect); waiting for its ring") }
      isSaid = true
      let deadline = Clock.monotonicNanoseconds() + 1_000_000_000
      switch signals.next(untilMonotonicNanoseconds: deadline) {
      case .terminate?, .interrupt?: return nil
      case .hangup?, .quit?, .child?, .brokenPipe?, nil: break
      }
    }
  }

  private var deliveryOptions: DeliveryOptions {
    var options = DeliveryOptions()
    options.timeoutNanoseconds = UInt64(execTimeout * 1_000_000_000)
    options.concurrency = execConcurrency
    return options
  }

  private func rules() throws(Failure) -> [AlarmRule] {
    do throws(ConfigurationError) {
      let defaults = ConfigurationFile.paths(isRoot: Credentials.isRoot) {
        Environment.value($0)
      }
      let layers = [
        try CollectorSettings { Environment.value($0) },
        try ConfigurationFile.load(config, defaults: defaults),
      ]
      return try CollectorConfiguration(layers).alarms
    } catch {
      throw Failure(error.description)
    }
  }

  private func savedCursor() throws(Failure) -> EventCursor? {
    guard let cursor else { return nil }
    do throws(CursorError) {
      return try EventCursor.load(cursor)
    } catch {
      throw Failure(error.description)
    }
  }
}
