import ArgumentParser
import Collector
import Console
import Inet
import Kernel
import Pools
import Rendering

/// `ullage plan`: what a rate of connects asks of the ports.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Whether a rate of connects fits into the ports, and what it would take.",
    usage: "ullage plan --rate <n> --hold <time> [<options>]",
    discussion: """
      Each connect keeps a port for as long as the connection is open and, where this side closes \
      first, for TIME_WAIT after that: 60 s, and up to one tooth of the kernel's timer wheel (2.048 s \
      at HZ 250). One source address has the whole range for each destination. So

        rate that can go on for ever = ports / (hold + wait) x sources x destinations

      Ports are those of this host (its range, less what is reserved and what listeners and idle binds \
      block) or, with --ports or --range, of another one. Connects are taken to be spread evenly.

      EXAMPLES
        ullage plan --rate 300 --hold 250ms
        ullage plan --rate 2500 --hold 2s --destinations 3 --sources 2
        ullage plan --rate 2500 --hold 2s --reuse
        ullage plan --rate 50 --hold 10m --peer-closes
        ullage plan --rate 900 --hold 1s --range 1024-65535 --json

      WORKED EXAMPLE
        An old rule says that a system with 4,000 ports, whose TIME_WAIT lasts
        240 s, can only have 4,000 connections in 240 s: 16.7 a second.

          ullage plan --rate 20 --hold 0 --ports 4000 --time-wait 240

        For 20 a second it would need 4,800 ports, or 2 source addresses.
        With the 60 s of Linux the same ports carry 64.5 a second:

          ullage plan --rate 20 --hold 0 --ports 4000

      EXIT STATUS
        0   it fits               2   this host's ports cannot be read
        1   it does not           64  wrong arguments
      """)

  @Option(
    help: ArgumentHelp("Connects a second, over all destinations.", valueName: "n"),
    transform: PlanArguments.rate)
  var rate: Double

  @Option(
    help: ArgumentHelp("How long each connection is open: 0, 250ms, 2s, 5m.", valueName: "time"),
    transform: PlanArguments.span)
  var hold: TimeSpan

  @Option(
    help: ArgumentHelp(
      "Destinations (address and port) that the connects are spread over.", valueName: "n"),
    transform: PlanArguments.count)
  var destinations = 1

  // Only so that they are not merely unknown: every other command has them.
  @Option(name: .customLong("destination"), help: .hidden) var oneDestination: [String] = []
  @Option(help: .hidden) var dport: [String] = []
  @Option(help: .hidden) var source: [String] = []

  @Option(
    help: ArgumentHelp("Local addresses that they are spread over.", valueName: "n"),
    transform: PlanArguments.count)
  var sources = 1

  @Flag(
    inversion: .prefixedNo, exclusivity: .exclusive,
    help: "TIME_WAIT is taken over (tcp_tw_reuse=1), or not; by default as this host is set.")
  var reuse: Bool?

  @Flag(help: "The peer closes first: it has the TIME_WAIT, and there is none here.")
  var peerCloses = false

  @Flag(help: "The document ullage.plan/1 as JSON on one line.")
  var json = false

  @OptionGroup(title: "Another system than this host") var other: PlanSystemOptions
  @OptionGroup(title: "Namespace") var namespace: NamespaceOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if !oneDestination.isEmpty || !dport.isEmpty || !source.isEmpty {
      throw ValidationError(
        "plan asks how many, not which: --destinations and --sources take numbers, such as 3. What is "
          + "in use towards one destination: ullage --destination ADDRESS --dport PORT.")
    }
    if peerCloses, hold.nanoseconds == 0 {
      throw ValidationError(
        "with --peer-closes and --hold 0 no port is kept for any time, and any rate fits.")
    }
    if peerCloses, reuse == true {
      throw ValidationError("--peer-closes and --reuse exclude each other: no TIME_WAIT is here.")
    }
    if other.timeWait != nil, reuse == true {
      throw ValidationError("--time-wait and --reuse exclude each other: only Linux can reuse.")
    }
    if other.isOther, namespace.netns != nil {
      throw ValidationError("--netns is about this host, --ports and --range are not.")
    }
  }

  func run() throws {
    let command = self
    try namespace.run { identity in command.answer(identity) }
  }

  private func answer(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    do throws(Failure) {
      let (plan, basis) = try PlanRun.plan(self, namespace: identity.name)
      let bytes =
        json
        ? PlanDocument.json(plan, basis, names: output.names)
        : PlanPage.text(plan, basis, style: output.style, names: output.names)
      do throws(SystemCallError) {
        try ByteStream.standardOutput.write(bytes)
      } catch {
        throw Failure(writing: error)
      }
      return .success(plan.outcome.fits ? .done : .no)
    } catch {
      return .failure(error)
    }
  }
}

/// The ports and times of another system than this host.
struct PlanSystemOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("So many ports for each source address.", valueName: "n"),
    transform: PlanArguments.ports)
  var ports: Int?

  @Option(
    help: ArgumentHelp("The ports of this range, all of them.", valueName: "low-high"),
    transform: PlanArguments.range)
  var range: PortRange?

  @Option(
    help: ArgumentHelp(
      "How long TIME_WAIT lasts there, to the second; 240 on systems of old.", valueName: "time"),
    transform: PlanArguments.span)
  var timeWait: TimeSpan?

  /// Whether the ports are not this host's.
  var isOther: Bool { ports != nil || range != nil }

  func validate() throws {
    if ports != nil, range != nil {
      throw ValidationError("--ports and --range exclude each other.")
    }
  }
}
