import ArgumentParser
import Collector
import Console
import Inet
import Kernel
import Rendering

/// `ullage probe`: asks the kernel itself, without a packet.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Would the next connect() get a port? Asked of the kernel, without a packet.",
    usage: "ullage probe [<address:port>] [<options>]",
    discussion: """
      A TCP socket in repair mode (TCP_REPAIR) goes through the kernel's own choice of a port and \
      sends nothing. The answer is exact at that moment, for this source and destination, and the \
      time that it takes shows whether the kernel searches (the cliff). --blocked asks for every \
      port of the range alone: which are blocked for every connect(), whoever holds them.

      Nothing is sent, but: EstabResets rises by one for each probe that gets a port; that port is \
      held for microseconds, in which another may miss it; sock_diag tells who listens to it of \
      each socket's end; BPF programs of a cgroup see a connect(). Where tcp_tw_reuse lets connect() \
      take over a TIME_WAIT of the pool, a probe might take it: then it refuses, unless --force is \
      given, and tells afterwards what it took.

      TCP and --blocked need CAP_NET_ADMIN in the network namespace, --blocked Linux 6.3 too. --udp \
      and --bind need nothing.

      EXAMPLES
        ullage probe 10.1.2.3:443                     would connect() get a port?
        ullage probe 127.0.0.1:80 --source 127.0.0.1  from this address
        ullage probe '[2001:db8::1]:443' --count 100  asked a hundred times
        ullage probe --udp 10.1.2.3:53                the same of a UDP socket
        ullage probe --bind 127.0.0.1                 bind() before connect()
        ullage probe --blocked --json                 every blocked port

      EXIT STATUS
        0   yes                     2   it could not ask, or refuses to
        1   no                     64  wrong arguments
      """)

  @Argument(
    help: ArgumentHelp(
      "Where to: 10.1.2.3:443, [2001:db8::1]:443, [fe80::1%eth0]:443.", valueName: "address:port"),
    transform: { try ProbeEndpoint($0) })
  var destination: ProbeEndpoint?

  @Option(
    help: ArgumentHelp("The address to connect from.", valueName: "address"),
    transform: { try ProbeAddress($0) })
  var source: ProbeAddress?

  @Option(
    help: ArgumentHelp("So many probes, one after the other.", valueName: "n"))
  var count = 5

  @Flag(help: "UDP instead of TCP.")
  var udp = false

  @Option(
    help: ArgumentHelp(
      "Would bind() to this address and port 0 get a port?", valueName: "address"),
    transform: { try ProbeAddress($0) })
  var bind: ProbeAddress?

  @Flag(help: "Find every port that is blocked for all connects (TCP).")
  var blocked = false

  @Flag(help: "Probe even if a TIME_WAIT may be taken over by it.")
  var force = false

  @Flag(help: "The document ullage.probe/1 as JSON on one line.")
  var json = false

  @OptionGroup(title: "Namespace") var namespace: NamespaceOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard destination != nil || bind != nil || blocked else {
      throw ValidationError("Give an address and port to probe, --bind ADDRESS or --blocked.")
    }
    if bind != nil, destination != nil || blocked || source != nil || force {
      throw ValidationError("--bind is a question of its own: only --udp and --count go with it.")
    }
    if destination == nil, source != nil || force {
      throw ValidationError("--source and --force need an address and port to probe.")
    }
    if blocked, udp {
      throw ValidationError("--blocked is about TCP: every UDP socket blocks its port.")
    }
    guard (1...1000).contains(count) else {
      throw ValidationError("--count takes a number from 1 to 1000, not \(count).")
    }
    if let source, let destination {
      guard source.address.isIPv4 == destination.host.address.isIPv4 else {
        throw ValidationError(
          "--source \(source.address) and \(destination.host.address) are of different families.")
      }
    }
    if let bind, bind.address.isLinkLocal, bind.interface == nil {
      throw ValidationError("--bind: a link-local address needs its interface: fe80::1%eth0.")
    }
  }

  func run() throws {
    let command = self
    try namespace.run { identity in command.ask(identity) }
  }

  private func ask(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    do throws(Failure) {
      var report = ProbeReport(
        host: Machine.hostName(), namespace: identity.name,
        takenAtNanoseconds: Clock.realtimeNanoseconds())
      let transport: TransportProtocol = udp ? .udp : .tcp
      if let destination {
        report.question = try PoolQuestion(
          transport: transport, destination: destination, source: source, count: count,
          forces: force
        ).ask()
      } else if let bind {
        report.question = try PoolQuestion.ask(transport, bind: bind, count: count)
      }
      if blocked { report.blocked = try BlockedQuestion.ask() }
      let bytes =
        json
        ? ProbeDocument.json(report, names: output.names)
        : ProbePage.text(report, style: output.style, names: output.names)
      do throws(SystemCallError) {
        try ByteStream.standardOutput.write(bytes)
      } catch {
        throw Failure(writing: error)
      }
      return .success(report.isYes ? .done : .no)
    } catch {
      return .failure(error)
    }
  }
}
