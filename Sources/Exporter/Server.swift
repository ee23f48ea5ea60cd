internal import Inet
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
  let connections: ConnectionTable
  let publisher: StreamPublisher
  let limiter = Mutex(RateLimiter())
  private let times: ExporterOptions.Times
  private let closing = Atomic<Bool>(false)
  /// Whether this host alone can reach it.
  private let isPrivate = Atomic<Bool>(false)

  init(
    _ options: ExporterOptions, settings: WebSettings, responder: Responder,
    authenticator: Authenticator, publisher: StreamPublisher
  ) {
    self.settings = settings
    self.responder = responder
    self.authenticator = authenticator
    self.publisher = publisher
    load = ServerLoad(options)
    connections = ConnectionTable(options)
    times = options.times
  }

  /// The headers that the configuration wants in place of our own.
  var wantedHeaders: [(name: String, value: String)] {
    settings.now.configuration.headers.map { ($0.name, $0.value) }
  }

  /// Ends what was let in under another policy than holds now.
  func endOutdated() { connections.end(exceptUnder: settings.now.policy) }

  /// Notes that this host alone can reach it; before connections are taken.
  func keepPrivate() { isPrivate.store(true, ordering: .relaxed) }

  /// Whether a request may name the server so.
  ///
  /// Where nobody is asked who they are because only this host can ask, a page of somebody else could: by a name
  /// of theirs that leads here. So it goes by addresses then, and by what always means this host.
  func isCalled(_ host: String) -> Bool {
    guard isPrivate.load(ordering: .relaxed), !settings.now.configuration.asksWho else {
      return true
    }
    var name = host.lowercased()[...]
    if name.hasPrefix("[") {
      name = name.dropFirst().prefix { $0 != "]" }
    } else {
      name = name.prefix { $0 != ":" }
    }
    return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(String(name)) != nil
  }

  /// Whether every answer is the last of its connection.
  var isClosing: Bool {
    get { closing.load(ordering: .relaxed) }
    set { closing.store(newValue, ordering: .relaxed) }
  }

  /// Sets up a connection; refuses it where there are as many as may be.
  func accept(_ channel: any Channel) throws {
    let active = settings.now
    let deadline = ConnectionDeadline(times)
    let handler = RequestHandler(self, deadline)
    let place = connections.enter(
      NIOLoopBound(handler, eventLoop: channel.eventLoop),
      of: ClientAddress(channel.remoteAddress), under: active.policy)
    guard let place else {
      // What speaks TLS would not understand it.
      if active.tls != nil { return channel.close(promise: nil) }
      return try channel.pipeline.syncOperations.addHandler(ConnectionRefusal())
    }
    handler.place = place
    channel.closeFuture.whenComplete { [self] _ in connections.leave(place) }
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(deadline)
    if let tls = active.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 8192
    limits.maxHeaderListSize = 16_384
    limits.maxHeaderFieldCount = 64
    try pipeline.configureHTTPServerPipeline(
      withErrorHandling: false, withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
      withDecoderLimitConfiguration: limits)
    try pipeline.addHandler(handler)
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
