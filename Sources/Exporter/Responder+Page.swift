internal import Frames
internal import Kernel
internal import NIOCore
internal import NIOHTTP1
internal import Rendering
internal import Ring
internal import Synchronization

/// Pages of now that were made: whoever else looks gets the same until the next frame.
final class PageCache: Sendable {
  /// What a page is of.
  struct Key: Hashable {
    let path: String
    let spanNanoseconds: UInt64
    let isCompressed: Bool
  }

  private static let limit = 16
  private let pages = Mutex<[Key: (response: Response, of: UInt64?, at: UInt64)]>([:])

  /// The page, if it is of the frame taken at that moment and no second old.
  func page(_ key: Key, of moment: UInt64?, now: UInt64) -> Response? {
    pages.withLock { pages in
      guard let page = pages[key], page.of == moment, now >= page.at,
        now - page.at < 1_000_000_000
      else { return nil }
      return page.response
    }
  }

  /// Keeps a page; forgets all others where there is no room.
  func keep(_ response: Response, _ key: Key, of moment: UInt64?, now: UInt64) {
    pages.withLock { pages in
      if pages.count >= Self.limit { pages.removeAll(keepingCapacity: true) }
      pages[key] = (response, moment, now)
    }
  }
}

extension Responder {
  /// The page of a moment, made by the thread of the past.
  func page(
    _ query: Route.PageQuery, compressed: Bool, on eventLoop: any EventLoop
  ) throws(RequestRefusal) -> Answer {
    let now = Clock.realtimeNanoseconds()
    guard !feed.rings.isEmpty else {
      var response = Response(
        "text/html; charset=utf-8",
        LivePage.withoutRing("nobody writes a ring on this host: ullage collect"),
        status: .serviceUnavailable)
      response.securityPolicy = LivePage.policy
      return .now(response)
    }
    let ring = try ring(query.namespace)
    let moment = query.at == .now ? nil : min(query.at.nanoseconds(at: now), now)
    let key = PageCache.Key(
      path: ring.path, spanNanoseconds: query.spanNanoseconds, isCompressed: compressed)
    let newest = ring.newest?.takenAtNanoseconds
    if moment == nil, let page = pages.page(key, of: newest, now: now) { return .now(page) }
    let namespaces = feed.summaries(now: now).map(\.namespace)
    return .later(
      try later(on: eventLoop) { [self] archive throws(RingError) in
        if moment == nil, let page = pages.page(key, of: newest, now: now) { return page }
        let view = try Self.view(
          of: ring, in: &archive, query, moment: moment, now: now, namespaces)
        var response = Response("text/html; charset=utf-8", LivePage.html(view))
        response.securityPolicy = LivePage.policy
        response.headers.append(("Vary", "Accept-Encoding"))
        if compressed { response.compress() }
        if moment == nil { pages.keep(response, key, of: newest, now: now) }
        return response
      })
  }

  private static func view(
    of ring: RingFollower.Ring, in archive: inout RingArchive, _ query: Route.PageQuery,
    moment: UInt64?, now: UInt64, _ namespaces: [String]
  ) throws(RingError) -> LivePageView {
    // Where nobody writes any more, the last that there was is shown.
    let end = ring.writer.isStale(atNanoseconds: now) ? ring.newest?.takenAtNanoseconds : nil
    let newest = min(end ?? now, now)
    let through = moment ?? newest
    let from = through - min(through, query.spanNanoseconds)
    var builder = ReportBuilder(writer: ring.writer, from: from, through: through)
    var last: Frame?
    let rest = try archive.forEachFrame(of: ring.path, from: from, through: through) { frame in
      builder.add(frame)
      last = frame
    }
    return LivePageView(
      moment == nil ? ring.newest : last,
      builder.report(events: rest.events, losses: rest.losses), momentNanoseconds: moment,
      askedAtNanoseconds: now, newestNanoseconds: newest, oldestNanoseconds: rest.oldest,
      namespaces: namespaces)
  }
}
