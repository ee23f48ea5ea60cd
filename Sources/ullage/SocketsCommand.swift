import ArgumentParser
import Collector
import Inet
import Kernel
import Owners
import Rendering
import SocketDiag

/// `ullage sockets`: the sockets themselves.
struct SocketsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sockets",
    abstract: "The matching sockets, one row each.",
    discussion: """
      What the kernel can decide it filters itself. Rows come in the kernel's order unless --sort is \
      given. LEFT is what remains of a TIME_WAIT or FIN_WAIT2 orphan; the port comes back up to one \
      tick of the kernel's timer wheel later (2.048 s at HZ 250).

      EXAMPLES
        ullage sockets --state time_wait --destination 10.1.2.3 --dport 443
        ullage sockets --protocol udp --csv > udp.csv
        ullage sockets --state bound_inactive        ports held by idle binds
        ullage sockets --processes --dport 443       with the processes that hold each
        ullage sockets --state listen --json | jq -c '.sockets[].source_port'

      EXIT STATUS
        0   some were found          2   it could not look
        1   none                     64  wrong arguments
      """)

  /// What decides the order.
  enum SortKey: String, ExpressibleByArgument, CaseIterable {
    case source
    case destination
    case state
    case expires
  }

  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Namespace") var namespace: NamespaceOption
  @OptionGroup(title: "Processes") var processes: ProcessesFlag
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp("Only this local port, or range of ports.", valueName: "n[-m]"))
  var sport: PortRange?

  @Option(name: .customLong("protocol"), help: "Only this protocol.")
  var transport: TransportProtocol?

  @Flag(help: "One document, ullage.sockets/1, as JSON on one line.")
  var json = false

  @Flag(help: "Comma-separated values with a header line.")
  var csv = false

  @Option(help: "Order of rows; the kernel's own by default.")
  var sort: SortKey?

  @Option(help: ArgumentHelp("At most this many rows.", valueName: "n"))
  var top: Int?

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv exclude each other.") }
    if let top, top < 0 { throw ValidationError("--top takes a number of rows, not \(top).") }
  }

  func run() throws {
    let command = self
    try namespace.run { identity in command.list(identity) }
  }

  private func list(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    let filter = SocketFilter.every([filters.filter] + (sport.map { [.sourcePort($0)] } ?? []))
    let lister = SocketLister(
      filter: filter, transports: transport.map { [$0] } ?? TransportProtocol.allCases)
    var listing = SocketListing(
      json ? .json : csv ? .csv : .table, host: Machine.hostName(), namespace: identity.name,
      takenAtNanoseconds: Clock.realtimeNanoseconds(), names: output.names)
    var owners = SocketOwners()
    var sorted: [SocketRecord] = []
    var found = 0
    var missing: [String] = []
    var writeError: SystemCallError?
    let limit = top ?? .max
    do throws(SampleError) {
      if processes.processes { try owners.findProcesses(of: lister, namespace: identity.inode) }
      let failures = try lister.list { socket in
        found += 1
        guard writeError == nil else { return }
        if let sort {
          sorted.append(socket)
          // Never many more than will be shown.
          if limit < 1_000_000, sorted.count > 2 * limit + 1000 {
            sorted.sort { Self.precedes($0, $1, sort) }
            sorted.removeSubrange(limit...)
          }
        } else if listing.count < limit {
          listing.append(socket, of: owners.owner(of: socket))
          if listing.pendingByteCount > 60_000 { writeError = Self.write(&listing) }
        }
      }
      for (transport, error) in failures {
        missing.append("\(transport.name) sockets are missing: \(error)")
      }
      if lister.wantsIdleBinds, !SocketLister.knowsIdleBinds {
        missing.append(
          "bound_inactive sockets are missing: this kernel does not report them (6.8 does)")
      }
    } catch {
      return .failure(Failure(error))
    }
    if let sort { sorted.sort { Self.precedes($0, $1, sort) } }
    for socket in sorted.prefix(limit) where writeError == nil {
      listing.append(socket, of: owners.owner(of: socket))
      if listing.pendingByteCount > 60_000 { writeError = Self.write(&listing) }
    }
    for text in missing + owners.notes.map(\.text) { warn(text) }
    listing.finish(missing: missing, notes: owners.notes)
    if let error = writeError ?? Self.write(&listing) { return .failure(Failure(writing: error)) }
    if found > listing.count { warn("\(found - listing.count) more rows were left out (--top)") }
    // "None" would be a wrong answer where some could not be looked at.
    if found == 0, !missing.isEmpty {
      return .failure(Failure("nothing found, and not all was seen"))
    }
    return .success(found == 0 ? .no : .done)
  }

  private func warn(_ text: String) {
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(text)\n".utf8))
  }

  private static func write(_ listing: inout SocketListing) -> SystemCallError? {
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(listing.take())
      return nil
    } catch {
      return error
    }
  }

  private static func precedes(
    _ left: SocketRecord, _ right: SocketRecord, _ key: SortKey
  ) -> Bool {
    let state = { (socket: SocketRecord) in socket.state?.rawValue ?? 0 }
    let source = { (socket: SocketRecord) in (socket.source, socket.sourcePort) }
    let destination = { (socket: SocketRecord) in (socket.destination, socket.destinationPort) }
    switch key {
    case .state where state(left) != state(right): return state(left) < state(right)
    case .expires where left.expiresMilliseconds != right.expiresMilliseconds:
      return (left.expiresMilliseconds ?? .max) < (right.expiresMilliseconds ?? .max)
    case .destination where destination(left) != destination(right):
      return destination(left) < destination(right)
    default:
      if source(left) != source(right) { return source(left) < source(right) }
      return destination(left) < destination(right)
    }
  }
}
