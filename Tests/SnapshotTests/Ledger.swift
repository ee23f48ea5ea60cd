import Inet
import Kernel
import KernelTestKit

/// Sockets in every state, made for real, and the test's own account of them.
struct Ledger {
  /// One socket, as it must be seen.
  struct Entry {
    var state: SocketState
    var port: UInt16
  }

  private(set) var tcp: [Entry] = []
  private(set) var udp: [Entry] = []
  private var kept: [Any] = []

  /// Every state, from `base` and its neighbours; the client's ports are taken by connect().
  mutating func makeEveryState(_ base: Endpoint) throws {
    let listener = try keep(TestSocket.listener(base))
    note(.listen, base.port)
    func make(
      _ client: SocketState, _ server: SocketState?, _ change: (inout Connection) throws -> Void
    ) throws {
      var connection = try Connection.established(listener, to: base)
      let port = try connection.client?.local.port ?? 0
      try change(&connection)
      note(client, port)
      if let server { note(server, base.port) }
      kept.append(connection)
    }
    try make(.established, .established) { _ in }
    try make(.closeWait, .finWait2) { $0.closeServer() }
    try make(.finWait2, .closeWait) { try $0.halfCloseClient() }
    try make(.finWait2, .closeWait) { $0.closeClient() }
    try make(.timeWait, nil) { try $0.enterTimeWait() }
    try make(.finWait1, .established) { try $0.enterFinWait1() }
    try make(.lastAck, .finWait2) { try $0.enterLastAck() }
    try make(.closing, .finWait1) { try $0.enterClosing() }
    try makeHalfOpen(base)
    try makeUnconnected(base)
    Settling.pause()
  }

  private mutating func makeHalfOpen(_ base: Endpoint) throws {
    var (deaf, unanswered) = (base, base)
    deaf.port += 1
    unanswered.port += 2
    let sent = try HalfOpen.synSent(at: deaf)
    note(.synSent, try sent.client.local.port)
    note(.listen, deaf.port)
    let received = try HalfOpen.synReceived(at: unanswered)
    note(.synSent, try received.client.local.port)
    note(.synRecv, unanswered.port)
    note(.listen, unanswered.port)
    kept += [sent, received]
  }

  private mutating func makeUnconnected(_ base: Endpoint) throws {
    var endpoint = base
    endpoint.port = 0
    note(.boundInactive, try keep(TestSocket.bound(endpoint)).local.port)
    let bound = try keep(TestSocket.udp(bound: endpoint)).local
    udp.append(Entry(state: .close, port: bound.port))
    let connected = try keep(TestSocket.udp(connected: bound)).local
    udp.append(Entry(state: .established, port: connected.port))
  }

  private mutating func keep(_ socket: TestSocket) -> TestSocket {
    kept.append(socket)
    return socket
  }

  private mutating func note(_ state: SocketState, _ port: UInt16) {
    tcp.append(Entry(state: state, port: port))
  }
}

extension [Ledger.Entry] {
  /// How many there are in each state.
  var states: [SocketState: Int] { reduce(into: [:]) { $0[$1.state, default: 0] += 1 } }

  /// The distinct ports of `range` that sockets hold, without listeners and idle binds.
  func portsInUse(in range: PortRange) -> Int {
    Set(
      filter { $0.state != .listen && $0.state != .boundInactive && range.contains($0.port) }
        .map(\.port)
    ).count
  }
}
