import ArgumentParser
import Inet
import SocketDiag

/// Which addresses, ports and states are wanted: the same words for every command.
struct FilterOptions: ParsableArguments {
  @Flag(name: [.customShort("4"), .customLong("ipv4")], help: "IPv4 only (mapped addresses too).")
  var ipv4 = false

  @Flag(name: [.customShort("6"), .customLong("ipv6")], help: "IPv6 only.")
  var ipv6 = false

  @Option(help: ArgumentHelp("Only local addresses in this prefix.", valueName: "addr[/n]"))
  var source: AddressPrefix?

  @Option(help: ArgumentHelp("Only remote addresses in this prefix.", valueName: "addr[/n]"))
  var destination: AddressPrefix?

  @Option(help: ArgumentHelp("Only this remote port, or range of ports.", valueName: "n[-m]"))
  var dport: PortRange?

  @Option(
    help: ArgumentHelp(
      "Only these states; repeat, or separate by commas.",
      valueName: "state"))
  var state: [StateList] = []

  var family: AddressFamily? { ipv4 ? .ipv4 : ipv6 ? .ipv6 : nil }

  var states: StateSet? {
    state.isEmpty ? nil : state.reduce(into: []) { $0.formUnion($1.states) }
  }

  func validate() throws {
    if ipv4, ipv6 { throw ValidationError("-4 and -6 exclude each other; both is the default.") }
    let asked: [(String, AddressFamily?)] = [
      ("-4", ipv4 ? .ipv4 : nil), ("-6", ipv6 ? .ipv6 : nil),
      ("--source \(source.map(String.init) ?? "")", source?.address.family),
      ("--destination \(destination.map(String.init) ?? "")", destination?.address.family),
    ]
    let known = asked.compactMap { name, family in family.map { (name, $0) } }
    guard let first = known.first, let other = known.first(where: { $0.1 != first.1 }) else {
      return
    }
    throw ValidationError(
      "No socket can match: \(first.0) asks for \(first.1 == .ipv4 ? "IPv4" : "IPv6") and "
        + "\(other.0) for \(other.1 == .ipv4 ? "IPv4" : "IPv6").")
  }

  /// The filter over sockets.
  var filter: SocketFilter {
    .every([addresses] + (states.map { [.states($0)] } ?? []))
  }

  /// The filter over their addresses and remote ports, whatever their states.
  var addresses: SocketFilter {
    var parts: [SocketFilter] = []
    if let family { parts.append(.source(AddressPrefix(family))) }
    if let source { parts.append(.source(source)) }
    if let destination { parts.append(.destination(destination)) }
    if let dport { parts.append(.destinationPort(dport)) }
    return .every(parts)
  }
}

/// One or more states, separated by commas.
struct StateList: ExpressibleByArgument {
  let states: StateSet

  init?(argument: String) {
    var states: StateSet = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let name = word.lowercased().split(separator: "-").joined(separator: "_")
      guard let state = SocketState.allCases.first(where: { $0.name == name }) else { return nil }
      states.insert(StateSet(state))
      // Asked for by bit 12, request sockets are reported as syn_recv: one state to a user.
      if state == .newSynRecv { states.insert(StateSet(.synRecv)) }
    }
    self.states = states
  }

  static var allValueStrings: [String] {
    SocketState.allCases.filter { $0 != .newSynRecv }.map(\.name)
  }
}
