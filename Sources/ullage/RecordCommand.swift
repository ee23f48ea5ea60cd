import ArgumentParser
import Collector
import Console
import Kernel
import Recording
import Rendering

/// `ullage record`: a run of a command, looked at closely.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record while a command runs, and say whether source ports were its limit.",
    usage: "ullage record -o <file> [<options>] [-- <command> [<arguments>]]",
    discussion: """
      Runs the command with its own input and output, looks at the port pools fifty times a second, \
      and writes what it sees to a file that `report`, `replay`, `history` and `export` show. At the \
      end standard error gets the verdict: were source ports the limit, since when, how many connects \
      failed, and what would have sufficed. Without a command it records until ctrl-C.

      The file is whole at every moment: whatever ends the recording, what was written is there. \
      It holds the command line. A full disk ends the recording and not the command.

      EXAMPLES
        ullage record -o run.ullage -- ./load-test 10.1.2.3:443
        ullage record -o run.ullage --force --duration 30s -- ./load-test
        ullage record -o run.ullage --json verdict.json -- ./load-test
        ullage record -o run.ullage --netns web --duration 1m

      ENVIRONMENT
        ULLAGE_RECORDER   set for the command: where `ullage mark TEXT` sends
                          its mark

      EXIT STATUS
        the command's; 128 and the number of the signal that ended it; 126 if it
        cannot be run, 127 if it is not there; 2 if nothing could be recorded,
        and then it is not run; without a command 0
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The recording to be made.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp("Time between samples; by default 20ms, at least 10ms.", valueName: "span"),
    transform: TimeOptions.span)
  var interval = TimeSpan(nanoseconds: 20_000_000)

  @Option(
    help: ArgumentHelp(
      "The share of one core to use at most; by default 5%.", valueName: "share"),
    transform: RecordCommand.share)
  var budget = 0.05

  @Option(
    help: ArgumentHelp("End the recording after this time; a command runs on.", valueName: "span"),
    transform: TimeOptions.span)
  var duration: TimeSpan?

  @Option(
    help: ArgumentHelp("Write the verdict as JSON (ullage.record/1) too.", valueName: "file"))
  var json: String?

  @Flag(help: "Replace a recording that is there already.")
  var force = false

  @Flag(
    name: .shortAndLong,
    help: """
      No progress on standard error, the verdict alone; as where the command writes to the terminal.
      """
  )
  var quiet = false

  @OptionGroup(title: "Namespace") var namespace: NamespaceOption
  @OptionGroup(title: "Output") var shown: OutputOptions

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command and its arguments."))
  var command: [String] = []

  func validate() throws {
    guard (10_000_000...60_000_000_000).contains(interval.nanoseconds) else {
      throw ValidationError("--interval takes a time from 10ms to 1m.")
    }
    if let duration, !(100_000_000...604_800_000_000_000).contains(duration.nanoseconds) {
      throw ValidationError("--duration takes a time from 100ms to 7d.")
    }
    if json == output {
      throw ValidationError("--json and --output name the same file; the verdict takes its own.")
    }
    if output.isEmpty { throw ValidationError("--output takes the path of a file.") }
    if command.first?.isEmpty == true { throw ValidationError("the command has no name.") }
  }

  func run() throws {
    let status: Int32
    do throws(Failure) {
      status = try RecordRun(request()).run()
    } catch {
      throw error.report()
    }
    if status != 0 { throw ExitCode(status) }
  }

  private func request() throws(Failure) -> RecordRequest {
    var options = RecordingOptions()
    options.intervalNanoseconds = interval.nanoseconds
    options.budgetShare = budget
    options.replaces = force
    options.takesMarks = true
    do throws(SystemCallError) {
      (options.namespace, options.identity) = try namespace.resolve()
      return RecordRequest(
        path: output, options: options, command: command,
        durationNanoseconds: duration?.nanoseconds, json: json, isQuiet: quiet, output: shown)
    } catch {
      throw Failure(SampleError.system(error))
    }
  }

  /// "5%" or "0.05".
  static func share(_ text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? text.dropLast() : text[...]) else {
      throw ValidationError("--budget takes a share of one core, such as 5% or 0.05.")
    }
    let share = isPercent ? number / 100 : number
    guard share >= 0.001, share <= 1 else {
      throw ValidationError("--budget takes a share of one core from 0.1% to 100%.")
    }
    return share
  }
}
