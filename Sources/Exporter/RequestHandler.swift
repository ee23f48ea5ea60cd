internal import Frames
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization
internal import WebConfiguration

/// The last handler of a connection: takes requests one by one, and answers each.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    case receiving(HTTPRequestHead)
    case answering(HTTPRequestHead)
    case writing
    case streaming(EventStream)
    case ended
  }

  private let server: Server
  private let deadline: ConnectionDeadline
  private var state = State.idle
  private var holdsRequest = false
  private var isLate = false
  private var context: ChannelHandlerContext?
  /// Its connection's place among the others.
  var place: ConnectionTable.Place?

  init(_ server: Server, _ deadline: ConnectionDeadline) {
    self.server = server
    self.deadline = deadline
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    endRequest()
    if case .streaming(let stream) = state { leave(stream) }
    state = .ended
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (Self.unwrapInboundIn(data), state) {
    case (.head(let head), .idle):
      state = .receiving(head)
      // No request here has one: it is not waited for.
      if head.announcesBody { refuse(.bodyNotTaken, head) }
    case (.body, .receiving(let head)): refuse(.bodyNotTaken, head)
    case (.end, .receiving(let head)):
      state = .answering(head)
      deadline.answering()
      begin(head)
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    let refusal: RequestRefusal =
      isLate ? .tooSlow : error == .headerOverflow ? .headersTooLarge : .noHTTP
    switch state {
    case .idle: refuse(refusal, HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"))
    case .receiving(let head): refuse(refusal, head)
    case .answering, .writing, .streaming, .ended: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ConnectionDeadline.Passed { isLate = true }
    context.fireUserInboundEventTriggered(event)
  }

  private func refuse(_ refusal: RequestRefusal, _ head: HTTPRequestHead) {
    state = .answering(head)
    deadline.answering()
    write(Response(refusal), head)
  }

  /// Whether its connection was let in under the policy that holds now.
  private var isCurrent: Bool { place?.policy == server.settings.now.policy }

  /// Its connection was let in under another policy: ends it, after the answer that is under way.
  func endOutdated() {
    switch state {
    case .streaming: end()
    case .idle, .receiving: closeUnanswered()
    case .answering, .writing, .ended: break
    }
  }

  private func closeUnanswered() {
    state = .ended
    context?.close(promise: nil)
  }

  /// Ends its connection at once.
  func cut() { deadline.cut() }

  private func begin(_ head: HTTPRequestHead) {
    // As a server may end any idle connection: a client asks again on another. Policy and users are of one moment.
    let active = server.settings.now
    guard let place, place.policy == active.policy else { return closeUnanswered() }
    guard server.load.enter(.requests) else { return write(Response(.busy), head) }
    holdsRequest = true
    let configuration = active.configuration
    guard server.limiter.withLock({ $0.take(configuration.rateLimit) }) else {
      return write(Response(.rateLimited), head)
    }
    guard head.namesOneHost else {
      return write(Response(.badRequest("HTTP/1.1 takes one Host")), head)
    }
    guard server.isCalled(head.headers.first(name: "Host") ?? "localhost") else {
      return write(Response(.misdirected), head)
    }
    guard let context else { return }
    let shown = head.headers["Authorization"]
    switch server.authenticator.answer(
      to: shown.count == 1 ? shown[0] : nil, of: place.client, configuration,
      on: context.eventLoop)
    {
    case .granted:
      server.connections.keep(place)
      answer(head)
    case .denied: write(Response(.unauthorized), head)
    case .busy: write(Response(.busy), head)
    case .pending(let future):
      server.connections.keep(place)
      future.assumeIsolated().whenComplete { [self] result in
        // As at the beginning: who may ask is another's question now, for another connection.
        guard isCurrent else { return closeUnanswered() }
        switch result {
        case .success(true): answer(head)
        case .success(false): write(Response(.unauthorized), head)
        // Nobody checked them: they may well be right.
        case .failure: write(Response(.busy), head)
        }
      }
    }
  }

  private func answer(_ head: HTTPRequestHead) {
    guard let context else { return }
    do throws(RequestRefusal) {
      guard head.method == .GET || head.method == .HEAD else { throw .methodNotAllowed }
      let route = try Route(target: head.uri)
      switch try server.responder.answer(route, head.headers, on: context.eventLoop) {
      case .now(let response): write(response, head)
      case .later(let future):
        future.assumeIsolated().whenComplete { [self] result in
          switch result {
          case .success(let response): write(response, head)
          case .failure: write(Response(.busy), head)
          }
        }
      case .stream(let ring, let top): try stream(ring, top, head)
      }
    } catch {
      write(Response(error), head)
    }
  }

  private func write(_ response: Response, _ head: HTTPRequestHead) {
    guard let context, case .answering = state else { return }
    var responseHead = response.head(head.version, server.wantedHeaders)
    responseHead.headers.replaceOrAdd(
      name: "Content-Length", value: "\(response.body.readableBytes)")
    let keepsAlive = head.isKeepAlive && !response.closes && !server.isClosing && isCurrent
    if !keepsAlive {
      responseHead.headers.replaceOrAdd(name: "Connection", value: "close")
    } else if head.version == .http1_0 {
      responseHead.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
    }
    state = .writing
    let written = context.eventLoop.makePromise(of: Void.self)
    if head.method == .HEAD || response.body.readableBytes == 0 {
      context.writeAndFlush(Self.wrapOutboundOut(.head(responseHead)), promise: written)
    } else {
      context.write(Self.wrapOutboundOut(.head(responseHead)), promise: nil)
      context.writeAndFlush(
        Self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: written)
    }
    // The next request is let in when this answer has left: a client that does not read has one.
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      endRequest()
      guard let context = self.context, case .writing = state else { return }
      state = keepsAlive ? .idle : .ended
      deadline.answered()
      context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
      if !keepsAlive { context.close(promise: nil) }
    }
  }

  private func endRequest() {
    if holdsRequest { server.load.leave(.requests) }
    holdsRequest = false
  }
}

// Server-sent events.
extension RequestHandler: EventStream.Writer {
  private func stream(
    _ ring: RingFollower.Ring, _ top: Int, _ head: HTTPRequestHead
  ) throws(RequestRefusal) {
    guard let context else { return }
    var response = Response("text/event-stream; charset=utf-8", ByteBuffer())
    if head.method == .HEAD { return write(response, head) }
    guard !head.isOld else { throw .badRequest("events take HTTP/1.1") }
    // The others are being ended: nobody would end this one.
    guard !server.isClosing else { throw .busy }
    guard let place, server.connections.enterStream(place.client) else { throw .busy }
    guard server.load.enter(.streams) else {
      server.connections.leaveStream(place.client)
      throw .busy
    }
    endRequest()
    deadline.streaming()
    response.headers.append(("X-Accel-Buffering", "no"))
    let responseHead = response.head(head.version, server.wantedHeaders)
    context.write(Self.wrapOutboundOut(.head(responseHead)), promise: nil)
    let last = head.headers.first(name: "Last-Event-ID").flatMap { UInt64($0) }
    let want = FrameEvent.Want(namespace: ring.writer.namespace, top: top)
    let stream = EventStream(want, after: last ?? 0, to: self)
    state = .streaming(stream)
    server.publisher.add(stream)
    // How soon a client that was cut off comes again, in milliseconds.
    write(ByteBuffer(string: "retry: 2000\n\n"))
    guard let last,
      let missed = server.responder.missed(
        since: last, of: ring, top: top, on: context.eventLoop)
    else { return begin(stream, ring) }
    missed.assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(let events): stream.begin(events)
      case .failure: begin(stream, ring)
      }
    }
  }

  /// Begins a stream with the newest frame.
  private func begin(_ stream: EventStream, _ ring: RingFollower.Ring) {
    guard let frame = ring.newest else { return stream.begin([]) }
    server.publisher.event(of: frame, ring, top: stream.want.top).assumeIsolated()
      .whenComplete { result in
        stream.begin((try? result.get()).map { [$0] } ?? [])
      }
  }

  var isWritable: Bool { context?.channel.isWritable ?? false }

  func write(_ event: ByteBuffer) {
    guard let context, case .streaming = state else { return }
    guard isCurrent else { return end() }
    context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(event))), promise: nil)
  }

  func end() {
    guard let context, case .streaming(let stream) = state else { return }
    leave(stream)
    state = .ended
    context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    context.close(promise: nil)
  }

  private func leave(_ stream: EventStream) {
    server.publisher.remove(stream)
    server.load.leave(.streams)
    if let place { server.connections.leaveStream(place.client) }
  }
}

extension HTTPRequestHead {
  /// Whether it is HTTP/1.0, which knows neither hosts nor streams.
  fileprivate var isOld: Bool { version.major == 1 && version.minor == 0 }

  /// Whether more than nothing is to follow.
  fileprivate var announcesBody: Bool {
    headers.contains(name: "Transfer-Encoding")
      || headers["Content-Length"].contains { $0 != "0" }
  }

  /// Whether it has the one Host that HTTP/1.1 asks for.
  fileprivate var namesOneHost: Bool {
    let hosts = headers["Host"]
    return isOld ? hosts.count <= 1 : hosts.count == 1
  }
}
