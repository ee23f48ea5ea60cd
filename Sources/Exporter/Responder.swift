internal import Frames
internal import Kernel
internal import Metrics
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Rendering
internal import Ring
internal import Synchronization

/// Answers what was asked, from what was published; the past is looked up by a thread of its own.
final class Responder: Sendable {
  /// How a request is answered.
  enum Answer {
    case now(Response)
    case later(EventLoopFuture<Response>)
    /// With the frames of a ring as they come.
    case stream(RingFollower.Ring, top: Int)
  }

  private static let waitingLimit = 16
  let feed: Feed
  let pages = PageCache()
  private let threads: NIOThreadPool
  private let archive = Mutex(RingArchive())
  private let waiting = Atomic<Int>(0)

  init(feed: Feed, threads: NIOThreadPool) {
    self.feed = feed
    self.threads = threads
  }

  func answer(
    _ route: Route, _ headers: HTTPHeaders, on eventLoop: any EventLoop
  ) throws(RequestRefusal) -> Answer {
    switch route {
    case .metrics: return .now(metrics(headers))
    case .healthy: return .now(Response(text: "healthy"))
    case .ready: return .now(try ready())
    case .rings: return .now(rings())
    case .snapshot(let query): return .now(try snapshot(query))
    case .live(let query): return .stream(try ring(query.namespace), top: query.top)
    case .history(let query):
      return .later(try history(query, compressed: headers.takeGzip, on: eventLoop))
    case .page(let query):
      return try page(query, compressed: headers.takeGzip, on: eventLoop)
    }
  }

  private func metrics(_ headers: HTTPHeaders) -> Response {
    let form = Feed.MetricsForm(
      format: MetricsNegotiation.format(accept: headers["Accept"]),
      isCompressed: headers.takeGzip)
    var response = Response(form.format.contentType, feed.metrics(form))
    response.headers.append(("Vary", "Accept, Accept-Encoding"))
    if form.isCompressed { response.headers.append(("Content-Encoding", "gzip")) }
    return response
  }

  /// Ready when somebody writes, so that what is answered is of now.
  private func ready() throws(RequestRefusal) -> Response {
    let now = Clock.realtimeNanoseconds()
    let rings = feed.rings
    if rings.isEmpty { throw .noRing }
    guard
      rings.contains(where: { !$0.writer.isStale(atNanoseconds: now) && $0.newest != nil })
    else {
      var refusal = RequestRefusal.noRing
      refusal.text = "no collector writes: every ring only has the past"
      throw refusal
    }
    return Response(text: "ready")
  }

  private func rings() -> Response {
    let now = Clock.realtimeNanoseconds()
    let host = feed.rings.first?.writer.host ?? ""
    return Response(
      json: RingListDocument.json(feed.summaries(now: now), host: host, atNanoseconds: now))
  }

  private func snapshot(_ query: Route.FrameQuery) throws(RequestRefusal) -> Response {
    let ring = try ring(query.namespace)
    guard let frame = ring.newest else { throw .noRing }
    let history = History(frame, of: ring, askedAt: Clock.realtimeNanoseconds())
    return Response(json: HistoryDocument.json(history, top: query.top))
  }

  private func history(
    _ query: Route.HistoryQuery, compressed: Bool, on eventLoop: any EventLoop
  ) throws(RequestRefusal) -> EventLoopFuture<Response> {
    let ring = try ring(query.frames.namespace)
    let now = Clock.realtimeNanoseconds()
    let (from, through) = (
      query.from.nanoseconds(at: now), min(query.through.nanoseconds(at: now), now)
    )
    guard from < through else { throw .badRequest("from must be before to, and in the past") }
    return try later(on: eventLoop) { archive throws(RingError) in
      let history = try archive.history(
        of: ring.path, from: from, through: through, step: query.stepNanoseconds, askedAt: now)
      var response = Response(json: HistoryDocument.json(history, top: query.frames.top))
      response.headers.append(("Vary", "Accept-Encoding"))
      if compressed { response.compress() }
      return response
    }
  }

  /// The events that a stream has missed since `last`.
  func missed(
    since last: UInt64, of ring: RingFollower.Ring, top: Int, on eventLoop: any EventLoop
  ) -> EventLoopFuture<[(at: UInt64, event: ByteBuffer)]>? {
    guard take() else { return nil }
    return threads.runIfActive(eventLoop: eventLoop) { [self] in
      defer { give() }
      return try archive.withLock { archive in
        try archive.frames(
          of: ring.path, afterNanoseconds: last, limit: RingArchive.frameLimit
        ).map { ($0.takenAtNanoseconds, FrameEvent.bytes($0, of: ring, top: top)) }
      }
    }
  }

  func ring(_ namespace: String?) throws(RequestRefusal) -> RingFollower.Ring {
    if let ring = feed.ring(of: namespace) { return ring }
    guard namespace != nil, !feed.rings.isEmpty else { throw .noRing }
    throw RequestRefusal(
      status: .notFound, text: "no ring is of that namespace; /api/v1/rings lists them")
  }

  /// What `work` makes of the archive, on its thread.
  func later(
    on eventLoop: any EventLoop,
    _ work: @escaping @Sendable (inout RingArchive) throws(RingError) -> Response
  ) throws(RequestRefusal) -> EventLoopFuture<Response> {
    guard take() else { throw .busy }
    return threads.runIfActive(eventLoop: eventLoop) { [self] in
      defer { give() }
      return archive.withLock { archive in
        do throws(RingError) {
          return try work(&archive)
        } catch {
          return Response(.noRing)
        }
      }
    }
  }

  private func take() -> Bool {
    if waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.waitingLimit { return true }
    give()
    return false
  }

  private func give() { waiting.wrappingSubtract(1, ordering: .relaxed) }
}

extension HTTPHeaders {
  /// Whether the client takes gzip.
  fileprivate var takeGzip: Bool {
    MetricsNegotiation.takesGzip(acceptEncoding: self["Accept-Encoding"])
  }
}
