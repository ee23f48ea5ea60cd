import ArgumentParser
import Collector
import Console
import HostFacts
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
        ullage sockets --processes --dport 443       with their processes
        ullage sockets --netns all --top 100         of every namespace (as root)
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
  @OptionGroup(title: "Namespace") var namespace: NamespacesOption
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
    if namespace.isAll { return try listAll().end() }
    try namespace.one.run { identity in command.list(identity) }
  }

  private func list(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    var search = search(in: identity.name)
    do throws(SampleError) {
      if processes.processes {
        try search.owners.findProcesses(of: lister, namespace: identity.inode)
      }
      try search.look(lister)
    } catch {
      return .failure(Failure(error))
    }
    return search.finish()
  }

  /// Looks into all namespaces, one after the other, where counters do not say that there is nothing.
  private func listAll() -> Result<Outcome, Failure> {
    let command = self
    do throws(SystemCallError) {
      let candidates = try NamespaceCandidate.find()
      return try DedicatedThread { command.list(candidates) }.join()
    } catch {
      return .failure(Failure(SampleError.system(error)))
    }
  }

  /// On a thread that does nothing else: it goes into each.
  private func list(_ candidates: [NamespaceCandidate]) -> Result<Outcome, Failure> {
    var search = search(in: nil)
    var missed = NamespacesMissed()
    let listers = Dictionary(
      candidates.map { ($0.entry.inode, lister(for: $0)) }, uniquingKeysWith: { first, _ in first })
    func tour(_ look: (SocketLister, String, inout SocketSearch) throws(SampleError) -> Void) {
      missed = NamespacesMissed()
      NamespaceTour.walk(candidates.map(\.entry).filter { listers[$0.inode] != nil }) { entry, _ in
        guard case .some(.some(let lister)) = listers[entry.inode] else { return }
        do throws(SampleError) {
          try look(lister, entry.name, &search)
        } catch {
          missed.note(error)
        }
      } then: { entry, visit in
        switch visit {
        case .found: break
        case .gone: missed.noteGone()
        case .refused(let error): missed.note(error)
        }
      }
    }
    if processes.processes {
      tour { lister, _, search throws(SampleError) in try search.owners.ask(for: lister) }
      // Descriptors are of the host: one look at them for all.
      do throws(SampleError) { try search.owners.findProcesses(namespace: nil) } catch {
        return .failure(Failure(error))
      }
    }
    tour { lister, name, search throws(SampleError) in try search.look(lister, in: name) }
    if let text = missed.text { search.missing.append("sockets are missing: \(text)") }
    if let text = missed.goneText { search.notes.append(OwnerNote("namespaces_gone", text)) }
    return search.finish()
  }

  /// What is to be listed of a namespace; nil when there is nothing.
  private func lister(for candidate: NamespaceCandidate) -> SocketLister? {
    var lister = lister
    if !candidate.hasUDP { lister.transports.removeAll { $0 == .udp } }
    if !candidate.hasTCP {
      if candidate.mayHaveIdleBinds, lister.wantsIdleBinds {
        lister.filter = .every([lister.filter, .states(.boundInactive)])
        // No state of UDP is left in the filter, so that it would be listed wrongly or not at all.
        if lister.transports.contains(.udp) { return self.lister }
      } else {
        lister.transports.removeAll { $0 == .tcp }
      }
    }
    return lister.transports.isEmpty ? nil : lister
  }

  private var lister: SocketLister {
    SocketLister(
      filter: .every([filters.filter] + (sport.map { [.sourcePort($0)] } ?? [])),
      transports: transport.map { [$0] } ?? TransportProtocol.allCases)
  }

  private func search(in namespace: String?) -> SocketSearch {
    SocketSearch(
      SocketListing(
        json ? .json : csv ? .csv : .table, host: Machine.hostName(), namespace: namespace,
        takenAtNanoseconds: Clock.realtimeNanoseconds(), names: output.names),
      sort: sort, limit: top ?? .max)
  }
}
