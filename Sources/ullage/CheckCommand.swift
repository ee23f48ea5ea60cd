import ArgumentParser
import Console
import Kernel
import Rendering

/// `ullage check`: a plugin for monitoring systems.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "For monitoring systems: one line, performance data, plugin exit status.",
    usage: "ullage check [<options>]",
    discussion: """
      The newest frame of a running collector, or else a count taken now. Without thresholds its \
      verdict decides; with them the usage of each pool is held against them, in percent, while \
      exhausted pools, failed connects and forecasts still count.

      A threshold is a range as plugins have it: 80 alerts above 80, 10:20 outside, @10:20 inside, \
      ~:80 and 80: are open at one end. Numbers with a decimal point that are at most 1 are ratios: \
      0.8 is 80, 0.5% is half a percent.

      EXAMPLES
        ullage check
        ullage check --warning 70 --critical 90
        ullage check -w 0.7 -c 0.9 --top 0
        ullage check --redact

      EXIT STATUS
        0  OK        well, or at a cliff, which only costs time
        1  WARNING   usage at 80 %, or a forecast of 5 minutes
        2  CRITICAL  usage at 95 %, a forecast of 1 minute, exhausted
        3  UNKNOWN   no count in 5 minutes, every error, --help and --version
      """,
    version: "ullage check \(Version.current)")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Usage that is a warning.", valueName: "range"),
    transform: CheckCommand.range)
  var warning: PluginRange?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Usage that is critical.", valueName: "range"),
    transform: CheckCommand.range)
  var critical: PluginRange?

  @Option(help: ArgumentHelp("Lines of pools below the first.", valueName: "n"))
  var top = 5

  @OptionGroup(title: "Source") var ring: RingOption

  @Flag(help: "Replace addresses and names, for output that is meant to be shared.")
  var redact = false

  @Flag(name: .customShort("V"), help: .hidden)
  var showsVersion = false

  func validate() throws {
    guard (0...1000).contains(top) else {
      throw ValidationError("--top takes a number from 0 to 1000, not \(top).")
    }
  }

  /// Only `main` below runs it, so that every end is a plugin's.
  func run() throws {
    throw CheckCommand.end(report)
  }

  private var report: PluginReport {
    let request = CheckRequest(
      warning: warning, critical: critical, top: top, names: Names(redacted: redact))
    return CheckRun.report(
      request, ring: { () throws(Failure) in try FrameOrigin.ring(ring) },
      sample: { () throws(Failure) in try FrameOrigin.sample(ring) },
      now: Clock.realtimeNanoseconds())
  }

  private static func range(_ text: String) throws -> PluginRange {
    guard let range = PluginRange(text) else {
      throw ValidationError(
        "'\(text)' is no threshold. A threshold is 80, 0.8, 10:20, @10:20 or ~:80.")
    }
    return range
  }
}

extension CheckCommand {
  /// Whether these arguments, without the program's name, call this command.
  static func isCalled(by arguments: [String]) -> Bool { arguments.first == "check" }

  /// Parses and runs; whatever happens, the status is a plugin's.
  static func main(_ arguments: [String]) -> ExitCode {
    SignalQueue.ignoreBrokenPipes()
    do {
      var command = try Ullage.parseAsRoot(arguments)
      if let check = command as? CheckCommand {
        if check.showsVersion { return end("ullage check \(Version.current)") }
        return end(check.report)
      }
      try command.run()
      return ExitCode(PluginReport.Status.unknown.rawValue)
    } catch  where Ullage.exitCode(for: error).isSuccess {
      // Help and version: the guidelines give them the status of what is unknown.
      return end(Ullage.fullMessage(for: error))
    } catch {
      let message = Ullage.message(for: error)
      return end(.unknown(message, details: ["Usage: see ullage check --help"]))
    }
  }

  private static func end(_ text: String) -> ExitCode {
    _ = Failure.ofWriting(text + "\n")?.report()
    return ExitCode(PluginReport.Status.unknown.rawValue)
  }

  /// Writes the report; the status is its own, if it could be written.
  fileprivate static func end(_ report: PluginReport) -> ExitCode {
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(report.bytes)
      return ExitCode(report.status.rawValue)
    } catch {
      _ = Failure(writing: error).report()
      return ExitCode(PluginReport.Status.unknown.rawValue)
    }
  }
}
