internal import Frames
internal import Kernel
internal import Metrics
internal import NIOCore
internal import NIOHTTP1
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
  /// What a stream is sent of the past.
  private static let missedByteLimit = 1_048_576
  let feed: Feed
  let pages = PageCache()
  private let workplace: Workplace
  private let archive = Mutex(RingArchive())
  private let waiting = Atomic<Int>(0)

  init(feed: Feed, workplace: Workplace) {
    self.feed = feed
    self.workplace = workplace
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
    case .excerpt(let query):
      return .later(try excerpt(query, compressed: headers.takeGzip, on: eventLoop))
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

  /// Ready when somebody writes who could count, so that what is answered is of now, and is something.
  private func ready() throws(RequestRefusal) -> Response {
    let now = Clock.realtimeNanoseconds()
    let rings = feed.rings
    if rings.isEmpty { throw .noRing }
    let written = rings.filter { !$0.writer.isStale(atNanoseconds: now) }.compactMap(\.newest)
    if written.allSatisfy({ $0.flags.contains(.notCounted) }) {
      var refusal = RequestRefusal.noRing
      refusal.text =
        written.isEmpty
        ? "no collector writes: every ring only has the past"
        : "a collector writes, and has not counted the sockets: `ullage doctor` says what is missing"
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

  private func excerpt(
    _ query: Route.ExcerptQuery, compressed: Bool, on eventLoop: any EventLoop
  ) throws(RequestRefusal) -> EventLoopFuture<Response> {
    let ring = try ring(query.namespace)
    return try later(on: eventLoop) { archive throws(RingError) in
      guard let bytes = try archive.excerpt(of: ring.path, tier: query.tier, from: query.from)
      else {
        return Response(.badRequest("the ring has no such tier, or is a recording, which ends"))
      }
      var response = Response("application/octet-stream", bytes)
      response.headers.append(("Vary", "Accept-Encoding"))
      if compressed { response.compress() }
      return response
    }
  }

  /// The events that a stream has missed since `last`: of more than a MiB, the newest.
  func missed(
    since last: UInt64, of ring: RingFollower.Ring, top: Int, on eventLoop: any EventLoop
  ) -> EventLoopFuture<[FrameEvent]>? {
    guard take() else { return nil }
    return workplace.run(on: eventLoop) { [self] in
      defer { give() }
      return try archive.withLock { archive in
        let frames = try archive.frames(
          of: ring.path, afterNanoseconds: last, limit: RingArchive.frameLimit)
        var events: [FrameEvent] = []
        var room = Self.missedByteLimit
        for frame in frames.reversed() where room > 0 {
          let event = FrameEvent(frame, of: ring, top: top)
          room -= event.bytes.readableBytes
          events.append(event)
        }
        return events.reversed()
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
    return workplace.run(on: eventLoop) { [self] in
      defer {
        give()
        // The past was in memory for it, some MiB; one question in an hour is not to keep them.
        Heap.trim()
      }
      return archive.withLock { archive in
        do throws(RingError) {
          return try work(&archive)
        } catch {
          return Response(.noRing)
        }
      }
    }
  }

  /// Lets go of the rings that are not among `paths`; at another time, where the past is being read.
  func keep(only paths: Set<String>) {
    _ = archive.withLockIfAvailable { $0.keep(only: paths) }
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
