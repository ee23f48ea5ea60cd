internal import Rendering

/// What a request is for: its path and its query, read strictly.
enum Route: Hashable {
  /// `/metrics`.
  case metrics
  /// `/-/healthy`.
  case healthy
  /// `/-/ready`.
  case ready
  /// `/`.
  case page(PageQuery)
  /// `/api/v1/rings`.
  case rings
  /// `/api/v1/snapshot`.
  case snapshot(FrameQuery)
  /// `/api/v1/history`.
  case history(HistoryQuery)
  /// `/api/v1/live`.
  case live(FrameQuery)
  /// `/api/v1/ring`.
  case excerpt(ExcerptQuery)

  /// Which frames, and how much of each.
  struct FrameQuery: Hashable {
    /// The namespace's name; nil: the host's, or where there is none the first in which people look for trouble.
    var namespace: String?
    /// Pools of each frame, the tightest.
    var top = 20
    /// What streams may have of them: so few numbers that many streams share what they are sent.
    static let streamedTops = [0, 1, 2, 5, 10, 20, 50, 100, 1000]
  }

  /// Which stretch.
  struct HistoryQuery: Hashable {
    var frames = FrameQuery()
    var from = TimeWord.ago(nanoseconds: 600_000_000_000)
    var through = TimeWord.now
    /// The length of steps; nil: as fine as 600 frames allow.
    var stepNanoseconds: UInt64?
  }

  /// Which slots of a ring.
  struct ExcerptQuery: Hashable {
    var namespace: String?
    var tier = 0
    /// The first one; nil: none, only the header.
    var from: UInt64?
  }

  /// Which page.
  struct PageQuery: Hashable {
    var namespace: String?
    /// The moment that is shown.
    var at = TimeWord.now
    /// The stretch of the chart that ends there.
    var spanNanoseconds: UInt64 = 300_000_000_000
  }

  /// The route of a request's target: "/metrics", "http://host/api/v1/history?from=10m".
  init(target: String) throws(RequestRefusal) {
    let query = try RequestQuery(target: target)
    switch query.path {
    case "/metrics": self = .metrics
    case "/-/healthy": self = .healthy
    case "/-/ready": self = .ready
    case "/": self = .page(try PageQuery(query))
    case "/api/v1/rings":
      try query.allow([])
      self = .rings
    case "/api/v1/snapshot":
      try query.allow(["namespace", "top"])
      self = .snapshot(try FrameQuery(query))
    case "/api/v1/live":
      try query.allow(["namespace", "top"])
      let frames = try FrameQuery(query)
      guard FrameQuery.streamedTops.contains(frames.top) else {
        let tops = FrameQuery.streamedTops.map(String.init).joined(separator: ", ")
        throw .badRequest("top takes one of \(tops) here")
      }
      self = .live(frames)
    case "/api/v1/ring": self = .excerpt(try ExcerptQuery(query))
    case "/api/v1/history": self = .history(try HistoryQuery(query))
    default: throw .notFound
    }
  }
}

extension Route.FrameQuery {
  fileprivate init(_ query: RequestQuery) throws(RequestRefusal) {
    namespace = query.values["namespace"]
    if let text = query.values["top"] {
      guard let number = Int(text), (0...1000).contains(number) else {
        throw .badRequest("top takes a number from 0 to 1000")
      }
      top = number
    }
  }
}

extension Route.HistoryQuery {
  fileprivate init(_ query: RequestQuery) throws(RequestRefusal) {
    try query.allow(["namespace", "top", "from", "to", "step"])
    frames = try Route.FrameQuery(query)
    if let word = try query.moment("from") { from = word }
    if let word = try query.moment("to") { through = word }
    if let span = try query.span("step") { stepNanoseconds = span }
  }
}

extension Route.ExcerptQuery {
  fileprivate init(_ query: RequestQuery) throws(RequestRefusal) {
    try query.allow(["namespace", "tier", "from"])
    namespace = query.values["namespace"]
    if let text = query.values["tier"] {
      guard let number = Int(text), (0...7).contains(number) else {
        throw .badRequest("tier takes a number from 0 to 7")
      }
      tier = number
    }
    if let text = query.values["from"] {
      guard let number = UInt64(text) else { throw .badRequest("from takes the number of a slot") }
      from = number
    }
  }
}

extension Route.PageQuery {
  fileprivate init(_ query: RequestQuery) throws(RequestRefusal) {
    try query.allow(["namespace", "at", "span"])
    namespace = query.values["namespace"]
    if let word = try query.moment("at") { at = word }
    if let span = try query.span("span") {
      guard (10_000_000_000...86_400_000_000_000).contains(span) else {
        throw .badRequest("span takes a time from 10s to 1d")
      }
      spanNanoseconds = span
    }
  }
}
