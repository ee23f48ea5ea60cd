internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import WebConfiguration

/// What all connections have in common, and how each is set up.
final class Server: Sendable {
  let settings: WebSettings
  let responder: Responder
  let authenticator: Authenticator
  let load: ServerLoad
  let hub: NIOLoopBound<EventHub>
  let limiter = Mutex(RateLimiter())
  private let times: ExporterOptions.Times
  private let phase = Atomic<Int>(0)

  init(
    _ options: ExporterOptions, settings: WebSettings, responder: Responder,
    authenticator: Authenticator, hub: NIOLoopBound<EventHub>
  ) {
    self.settings = settings
    self.responder = responder
    self.authenticator = authenticator
    self.hub = hub
    load = ServerLoad(options)
    times = options.times
  }

  /// The headers that the configuration wants in place of our own.
  var wantedHeaders: [(name: String, value: String)] {
    settings.now.configuration.headers.map { ($0.name, $0.value) }
  }

  /// Whether connections are taken: not before it is known that they may be.
  var isOpen: Bool {
    get { phase.load(ordering: .relaxed) == 1 }
    set { phase.store(newValue ? 1 : 0, ordering: .relaxed) }
  }

  /// Whether every answer is the last of its connection.
  var isClosing: Bool {
    get { phase.load(ordering: .relaxed) == 2 }
    set { phase.store(newValue ? 2 : 1, ordering: .relaxed) }
  }

  /// Sets up a connection; refuses it where there are as many as may be.
  func accept(_ channel: any Channel) throws {
    guard isOpen else { throw ChannelError.ioOnClosedChannel }
    let tls = settings.now.tls
    guard load.enter(.connections) else {
      // What speaks TLS would not understand it.
      if tls != nil { return channel.close(promise: nil) }
      return try channel.pipeline.syncOperations.addHandler(ConnectionRefusal())
    }
    channel.closeFuture.whenComplete { [self] _ in load.leave(.connections) }
    let deadline = ConnectionDeadline(times)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(deadline)
    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 8192
    limits.maxHeaderListSize = 16_384
    limits.maxHeaderFieldCount = 64
    try pipeline.configureHTTPServerPipeline(
      withErrorHandling: false, withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
      withDecoderLimitConfiguration: limits)
    try pipeline.addHandler(RequestHandler(self, deadline))
  }
}

/// Tells a connection too many that it is one, and ends it.
private final class ConnectionRefusal: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let answer =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
    + "Connection: close\r\n\r\n"

  func channelActive(context: ChannelHandlerContext) {
    let answer = Self.wrapOutboundOut(ByteBuffer(string: Self.answer))
    context.writeAndFlush(answer).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
