internal import Inet
public import Kernel

/// Connections that stay half open.
public struct HalfOpen {
  /// The end that began to connect: in SYN_SENT.
  public let client: TestSocket
  /// The listener.
  public let listener: TestSocket

  /// SYN_SENT: a deaf listener never hears the SYN.
  public static func synSent(
    at endpoint: Endpoint, from source: Endpoint? = nil
  ) throws(SystemCallError) -> HalfOpen {
    let listener = try TestSocket.listener(endpoint)
    try listener.goDeaf()
    return try begin(listener, from: source, isDeaf: false)
  }

  /// SYN_RECV: a deaf client never hears the SYN-ACK; the listener has a request socket, the client
  /// is in SYN_SENT.
  public static func synReceived(
    at endpoint: Endpoint, from source: Endpoint? = nil
  ) throws(SystemCallError) -> HalfOpen {
    try begin(try TestSocket.listener(endpoint), from: source, isDeaf: true)
  }

  private static func begin(
    _ listener: TestSocket, from source: Endpoint?, isDeaf: Bool
  ) throws(SystemCallError) -> HalfOpen {
    let target = try listener.local
    let client = try TestSocket(.tcp, isIPv6: target.isIPv6Socket)
    if let source { try client.bind(source) }
    if isDeaf { try client.goDeaf() }
    try client.startConnecting(target)
    Settling.pause()
    return HalfOpen(client: client, listener: listener)
  }
}
