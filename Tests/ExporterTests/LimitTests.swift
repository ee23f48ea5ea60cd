import Kernel
import Testing
import WebConfiguration

@testable import Exporter

/// What happens at the limits.
@Suite struct LimitTests {
  @Test func `a thousand idle connections change nothing for others, and end`() throws {
    _ = OpenFileLimit.raise(to: 8192)
    try RunningExporter.with({ options in
      options.times.request = 3
      options.maxConnections = 1100
    }) { running in
      let idle = try (0..<1000).map { _ in try RawClient(port: running.port) }
      #expect(try running.get("/metrics")?.status == 200)
      #expect(try running.get("/-/healthy")?.status == 200)
      for client in idle { _ = try client.answer() }
      let open = idle.filter { !$0.isClosed }
      #expect(open.isEmpty)
    }
  }

  @Test func `a connection too many is told so, and one that ends makes room`() throws {
    try RunningExporter.with({ $0.maxConnections = 2 }) { running in
      let one = try RawClient(port: running.port)
      let two = try RawClient(port: running.port)
      one.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
      two.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try one.answer { $0.contains("healthy") }
      _ = try two.answer { $0.contains("healthy") }
      let three = try RawClient(port: running.port)
      let text = try three.answer()
      #expect(HTTPAnswer(text)?.status == 503)
      #expect(HTTPAnswer(text)?.headers["retry-after"] == "5")
      one.close()
      let isServed = try running.waits { (try? running.get("/-/healthy"))??.status == 200 }
      #expect(isServed)
    }
  }

  @Test func `who has shown no password keeps nobody out, and ends nobody who has`() throws {
    let web = """
      basic_auth_users:
        prometheus: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW

      """
    let shown = "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ="
    try RunningExporter.with(web: web, { $0.maxConnections = 8 }) { running in
      let known = try RawClient(port: running.port)
      let request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\(shown)\r\n\r\n"
      known.send(request)
      _ = try known.answer { $0.contains("healthy") }
      var others: [RawClient] = []
      for number in 0..<40 {
        let other = try RawClient(port: running.port)
        if number % 2 == 0 { other.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n") }
        others.append(other)
        if number % 8 == 7 { #expect(try running.get("/metrics", [shown])?.status == 200) }
      }
      #expect(others.count { $0.isClosed } >= 40 - 8)
      known.send(request)
      let text = try known.answer { $0.ranges(of: "200 OK").count == 2 }
      #expect(text.ranges(of: "200 OK").count == 2)
    }
  }

  @Test func `one address has its share of connections and of streams`() throws {
    for target in ["/-/healthy", "/api/v1/live?top=0"] {
      try RunningExporter.with({ options in
        options.maxConnections = target == "/-/healthy" ? 68 : 1000
        options.maxStreams = 68
      }) { running in
        func client(from host: String) throws -> RawClient {
          let client = try RawClient(port: running.port, from: host)
          client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
          _ = try client.answer { $0.contains("\r\n\r\n") }
          return client
        }
        func served(_ clients: [RawClient]) throws -> Int {
          try clients.count { HTTPAnswer(try $0.answer { _ in true })?.status == 200 }
        }
        let greedy = try (0..<20).map { _ in try client(from: "127.0.0.2") }
        #expect(try served(greedy) == 17, "\(target)")
        let last = try greedy[19].answer { _ in true }
        #expect(last.hasPrefix("HTTP/1.1 503 "), "\(target)")
        let other = try client(from: "127.0.0.3")
        #expect(try served([other]) == 1, "\(target)")
        greedy[0].close()
        let isServed = try running.waits { try served([try client(from: "127.0.0.2")]) == 1 }
        #expect(isServed, "\(target)")
      }
    }
  }

  @Test func `streams are counted apart from requests, and one too many is told so`() throws {
    try RunningExporter.with({ options in
      options.maxStreams = 1
      options.maxRequests = 1
    }) { running in
      let stream = try RawClient(port: running.port)
      stream.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try stream.answer { $0.contains("event: frame") }
      #expect(try running.get("/metrics")?.status == 200)
      let refused = try running.get("/api/v1/live")
      #expect(refused?.status == 503)
      #expect(refused?.headers["retry-after"] == "1")
    }
  }

  @Test func `requests beyond the rate limit are told so`() throws {
    let web = "rate_limit:\n  interval: 10s\n  burst: 3\n"
    try RunningExporter.with(web: web) { running in
      let statuses = try (0..<5).map { _ in try running.get("/-/healthy")?.status }
      #expect(statuses == [200, 200, 200, 429, 429])
    }
  }

  @Test func `a bucket gives what has come back, and never more than it holds`() {
    var limiter = RateLimiter()
    let limit = WebConfiguration.RateLimit(intervalNanoseconds: 1_000_000_000, burst: 2)
    let second: UInt64 = 1_000_000_000
    let start = 1000 * second
    let moments: [(at: UInt64, isGiven: Bool)] = [
      (0, true), (0, true), (0, false), (second - 1, false), (second, true), (second, false),
      (100 * second, true), (100 * second, true), (100 * second, false),
    ]
    for (at, isGiven) in moments {
      let isTaken = limiter.take(limit, now: start + at)
      #expect(isTaken == isGiven, "at \(at)")
    }
  }
}
