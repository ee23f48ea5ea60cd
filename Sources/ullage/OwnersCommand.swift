import ArgumentParser
import Collector
import Console
import Inet
import Kernel
import Owners
import Rendering
import SocketDiag

/// `ullage owners`: who holds the ports.
struct OwnersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owners",
    abstract: "Who holds the ports of the range: units and containers, processes, users.",
    usage: "ullage owners [<options>]",
    discussion: """
      Ranks by distinct ports held. Cgroups and users come with each socket and need no privilege; processes \
      cost a look at every descriptor (about 2 µs each) and, for those of others, CAP_SYS_PTRACE and \
      CAP_DAC_READ_SEARCH. TIME_WAIT sockets have lost their owner: they are counted (≈) for those \
      whom a running collector saw with them, and without one for the owners of living sockets to the \
      same destination, in proportion. Connections that came in through a listener hold no port and \
      are left out.

      EXAMPLES
        ullage owners                         units and containers
        ullage owners --by process --top 5    the processes that hold most
        ullage owners --by process --sampled 100 --destination 10.1.2.3
        ullage owners --by user --state time_wait
        ullage owners --netns all --by process    the whole host (as root)
        ullage owners --json | jq -r '.owners[0].name'

      EXIT STATUS
        0   it could look            2   it could not
        64  wrong arguments
      """)

  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Namespace") var namespace: NamespacesOption
  @OptionGroup(title: "Collector") var collector: CollectorMemoryOption
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Who: cgroup, process or user. By default cgroups if sockets are in any, else processes, and users where no process may be looked at.",
      valueName: "kind"))
  var by: OwnerKind?

  @Option(
    help: ArgumentHelp(
      "Read so many descriptors of each large process and estimate, instead of all.",
      valueName: "n"))
  var sampled: Int?

  @Flag(help: "Read every descriptor of every process (the default).")
  var exact = false

  @Option(
    name: .customLong("protocol"), help: "The protocol whose ports are meant; tcp by default.")
  var transport: TransportProtocol?

  @Option(help: ArgumentHelp("At most this many owners.", valueName: "n"))
  var top = 20

  @Flag(help: "One document, ullage.owners/1, as JSON on one line.")
  var json = false

  @Flag(help: "Comma-separated values with a header line.")
  var csv = false

  func validate() throws {
    guard (0...1_000_000).contains(top) else {
      throw ValidationError("--top takes a number from 0 to 1000000, not \(top).")
    }
    if json, csv { throw ValidationError("--json and --csv exclude each other.") }
    if namespace.isAll, sampled != nil {
      throw ValidationError("--sampled is for one network namespace; --netns all reads all.")
    }
    if let sampled, !(1...100_000).contains(sampled) {
      throw ValidationError("--sampled takes a number from 1 to 100000, not \(sampled).")
    }
    if sampled != nil, exact {
      throw ValidationError("--exact and --sampled exclude each other.")
    }
    if namespace.isAll, collector.ring != nil {
      throw ValidationError("--ring is of one network namespace; --netns all finds them all.")
    }
    if let by, by != .process, sampled != nil || exact {
      throw ValidationError("--exact and --sampled are about processes: --by process.")
    }
  }

  func run() throws {
    let command = self
    if namespace.isAll { return try rankAll().end() }
    try namespace.one.run { identity in command.rank(identity) }
  }

  private var lister: OwnerLister {
    var lister = OwnerLister()
    lister.filter = filters.addresses
    lister.states = filters.states
    lister.transport = transport ?? .tcp
    lister.kind = sampled != nil || exact ? .process : by
    lister.scan = sampled.map { .sampled($0) } ?? .exact
    return lister
  }

  private func rank(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    do throws(SampleError) {
      let (memory, note) =
        transport == .udp ? (nil, nil) : SnapshotMemory.owners(of: identity, ring: collector.ring)
      var ranking = try lister.list(namespace: identity.inode, memory: memory)
      ranking.notes += note.map { [$0] } ?? []
      if csv {
        warn(
          ranking.notes, unseen: ranking.unseen?.sockets ?? 0, unknown: ranking.unknown.sockets)
      }
      let bytes =
        json
        ? OwnersDocument.json(
          ranking, host: Machine.hostName(), namespace: identity.name, mostOwners: top,
          names: output.names)
        : csv
          ? OwnersListing.csv(
            ranking, namespace: identity.name, mostOwners: top, names: output.names)
          : OwnersPage.text(
            ranking, host: Machine.hostName(), namespace: identity.name, style: output.style,
            mostOwners: top, names: output.names)
      return write(bytes)
    } catch {
      return .failure(Failure(error))
    }
  }

  private func rankAll() -> Result<Outcome, Failure> {
    do throws(SampleError) {
      let owners = try lister.listAll { SnapshotMemory.owners(of: $0).memory }
      if csv {
        warn(
          owners.notes, unseen: owners.namespaces.reduce(0) { $0 + ($1.unseen?.sockets ?? 0) },
          unknown: owners.namespaces.reduce(0) { $0 + $1.unknown.sockets })
      }
      let host = Machine.hostName()
      return write(
        json
          ? HostOwnersDocument.json(owners, host: host, mostOwners: top, names: output.names)
          : csv
            ? OwnersListing.csv(owners, mostOwners: top, names: output.names)
            : HostOwnersPage.text(
              owners, host: host, style: output.style, mostOwners: top, names: output.names))
    } catch {
      return .failure(Failure(error))
    }
  }

  /// Says beside the lines of CSV what has no place in them.
  private func warn(_ notes: [OwnerNote], unseen: Int, unknown: Int) {
    for (what, sockets) in [("holder was not seen", unseen), ("owner is not known", unknown)]
    where sockets > 0 { Failure.warn("of \(sockets) sockets the \(what)") }
    for note in notes { Failure.warn(note.text) }
  }

  private func write(_ bytes: [UInt8]) -> Result<Outcome, Failure> {
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(bytes)
      return .success(.done)
    } catch {
      return .failure(Failure(writing: error))
    }
  }
}
