import ArgumentParser
import Collector
import Console
import FrameRing
import Glibc
import Kernel
import Settings

/// `ullage collect`: the daemon.
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Collect for as long as it runs, into a ring that the other commands read.",
    usage: "ullage collect [<options>]",
    discussion: """
      Looks at a few counters ten times a second, counts when they say that it is due and the budget \
      allows it, and publishes a frame each interval: `live`, `log`, `history`, `check` and `alarms` \
      read them. It uses no network and runs nothing.

      As root it looks at every network namespace each second, by counters, and collects those in \
      which a pool may be past 25 % too: the fullest first, each into a small ring beside its own, 64 \
      MiB in all (--ring-total). The budget holds for all together. Where others may not be entered \
      it collects its own, and says so.

      The command line overrides the environment (ULLAGE_INTERVAL, ULLAGE_BUDGET, …), that the file \
      (/etc/ullage/ullage.json5, or ~/.config/ullage/ullage.json5), that the defaults.

      EXAMPLES
        ullage collect                                  a frame a second, at most 2 %
        ullage collect --interval 100ms --budget 0.05   ten frames a second
        ullage collect --ring /var/lib/ullage           a ring that survives a reboot
        ullage collect --netns own                      this network namespace alone

      SIGNALS
        SIGTERM, SIGINT   ends in good order
        SIGHUP            reads the configuration again, or keeps the old if it is bad
      """)

  @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp("Time between frames: 1s, 250ms; 10ms at least.", valueName: "span"),
    transform: TimeOptions.span)
  var interval: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "The share of one core to use at most: 0.02 is 2 %.", valueName: "ratio"))
  var budget: Double?

  @Option(help: ArgumentHelp("The directory of the ring.", valueName: "directory"))
  var ring: String?

  @Flag(
    inversion: .prefixedNo,
    help:
      "Count who holds ports: a second look at each socket. They are counted unless said otherwise."
  )
  var owners: Bool?

  @Option(
    help: ArgumentHelp(
      "What the rings of all namespaces may take together, the collector's own included; 64MiB by default.",
      valueName: "size"),
    transform: CollectCommand.size)
  var ringTotal: ByteCount?

  @Option(help: "How much is logged to standard error.")
  var logLevel: LogLevel?

  @OptionGroup(title: "Namespace") var namespace: CollectedNamespacesOption

  func validate() throws {
    if let interval, !(10_000_000...86_400_000_000_000).contains(interval.nanoseconds) {
      throw ValidationError("--interval takes a time from 10ms to 1d.")
    }
    if let budget, !(budget >= 0.001 && budget <= 1) {
      throw ValidationError("--budget takes a share of one core from 0.001 to 1.")
    }
  }

  func run() throws {
    let command = self
    // Here and not on a thread that enters a namespace: the signals would end this one.
    let signals = SignalQueue([.terminate, .interrupt, .hangup])
    try namespace.one.run { identity in
      do throws(Failure) {
        try CollectorProcess(identity) { () throws(Failure) in
          try command.configured()
        }
        .run(signals)
        return .success(.done)
      } catch {
        return .failure(error)
      }
    }
  }

  private static func size(_ text: String) throws -> ByteCount {
    guard let size = ByteCount(text), ByteCount.ofRings.contains(size.bytes) else {
      throw ValidationError("--ring-total takes a size from 1MiB to 1TiB, such as 64MiB.")
    }
    return size
  }

  /// The configuration, read anew each time.
  private func configured() throws(Failure) -> CollectorConfiguration {
    let command = self
    return try Failure.rewording { () throws(ConfigurationError) in
      var line = CollectorSettings()
      line.intervalNanoseconds = command.interval?.nanoseconds
      line.budget = command.budget
      line.ringDirectory = command.ring ?? RingLocation.userDirectoryUnlessRoot
      line.owners = command.owners
      line.namespaces = command.namespace.setting
      line.ringTotal = command.ringTotal?.bytes
      line.logLevel = command.logLevel
      let file = try ConfigurationFile.load(
        command.config,
        defaults: ConfigurationFile.paths(
          isRoot: Credentials.isRoot, environment: Environment.value))
      let environment = try CollectorSettings(environment: Environment.value)
      if command.ring == nil, environment.ringDirectory != nil || file.ringDirectory != nil {
        line.ringDirectory = nil
      }
      return try CollectorConfiguration([line, environment, file])
    }
  }
}
