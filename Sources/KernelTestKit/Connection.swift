public import Kernel

/// Both ends of a TCP connection, and the ways to bring its client into every state.
///
/// What makes a state *stay* is a peer that is deaf at the right moment (`goDeaf`): no time limit is
/// raced. Each way says in which state the client, and the server, then are.
public struct Connection {
  /// The end that connected.
  public var client: TestSocket?
  /// The end that was accepted.
  public var server: TestSocket?

  /// An established connection to `listener`, whose queue must be empty.
  public static func established(
    _ listener: TestSocket, to destination: Endpoint? = nil, from source: Endpoint? = nil
  ) throws(SystemCallError) -> Connection {
    let target: Endpoint
    if let destination { target = destination } else { target = try listener.local }
    let client = try TestSocket.connected(to: target, from: source)
    return Connection(client: client, server: try listener.accept())
  }

  /// CLOSE_WAIT: the server has closed; its end is an orphan in FIN_WAIT2, a minisock.
  public mutating func closeServer() { server = nil }

  /// An orphan in FIN_WAIT2, a minisock: the client has closed; the server is in CLOSE_WAIT.
  public mutating func closeClient() { client = nil }

  /// FIN_WAIT2 with its socket: the client has sent its FIN; the server is in CLOSE_WAIT.
  public func halfCloseClient() throws(SystemCallError) { try client?.shutDownWriting() }

  /// TIME_WAIT at the client's port: the client closes first, then the server.
  public mutating func enterTimeWait() throws(SystemCallError) {
    try client?.shutDownWriting()
    Settling.pause()
    server = nil
    Settling.pause()
    client = nil
  }

  /// FIN_WAIT1: the client's FIN is lost at a deaf server, which stays established.
  public func enterFinWait1() throws(SystemCallError) {
    try server?.goDeaf()
    try client?.shutDownWriting()
  }

  /// LAST_ACK: the server has sent its FIN and is deaf to the client's; it stays in FIN_WAIT2.
  public func enterLastAck() throws(SystemCallError) {
    try server?.shutDownWriting()
    Settling.pause()
    try server?.goDeaf()
    try client?.shutDownWriting()
  }

  /// CLOSING: both FINs are lost, then the client hears the server's second one; the server stays in
  /// FIN_WAIT1, deaf. Takes the 200 ms after which a FIN is sent again.
  public func enterClosing() throws(SystemCallError) {
    try server?.goDeaf()
    try client?.goDeaf()
    try client?.shutDownWriting()
    try server?.shutDownWriting()
    try client?.goHearing()
    Settling.pause(milliseconds: 600)
  }
}
