import ArgumentParser
import Collector
import FrameRing
import Frames
import Glibc
import HostFacts
import Kernel
import Netlink
import Pools
import Ring

/// `ullage collect`: the daemon.
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Collect for as long as it runs, into a ring that the other commands read.",
    discussion: """
      EXAMPLES
        ullage collect                              a frame a second, at most 2 % of a core
        ullage collect --interval 0.1 --budget 0.05  ten frames a second
      """)

  @Option(help: ArgumentHelp("Seconds between frames.", valueName: "seconds"))
  var interval = 1.0

  @Option(help: ArgumentHelp("The share of one core to use at most.", valueName: "ratio"))
  var budget = 0.02

  @Option(help: ArgumentHelp("The directory of the ring.", valueName: "directory"))
  var ring: String?

  @OptionGroup(title: "Namespace") var namespace: NamespaceOption

  func validate() throws {
    guard (0.01...86_400).contains(interval) else {
      throw ValidationError("--interval takes 0.01 to 86400 seconds.")
    }
    guard (0.000_1...1).contains(budget) else {
      throw ValidationError("--budget takes a share of one core, 0.0001 to 1.")
    }
  }

  func run() throws {
    let command = self
    // Here and not on the thread that enters a namespace: this one would be ended by the signals.
    let signals: BlockedSignals
    do throws(SystemCallError) {
      signals = try BlockedSignals()
    } catch {
      throw Failure(SampleError.system(error)).report()
    }
    try namespace.run { identity in command.collect(identity, signals) }
  }

  private func collect(
    _ identity: NamespaceIdentity, _ signals: BlockedSignals
  ) -> Result<Outcome, Failure> {
    do throws(Failure) {
      let daemon = CollectorProcess(
        options: options, identity: identity,
        path: try RingLocation.forWriting(ring, namespace: identity.name))
      try daemon.run(signals.descriptor)
      return .success(.done)
    } catch {
      return .failure(error)
    }
  }

  private var options: CollectorOptions {
    var options = CollectorOptions()
    options.intervalNanoseconds = UInt64(interval * 1_000_000_000)
    options.budgetShare = budget
    return options
  }
}

/// The signals that a collector waits for, held where two threads can reach them.
private final class BlockedSignals: Sendable {
  let descriptor: SignalDescriptor
  init() throws(SystemCallError) { descriptor = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP]) }
}
