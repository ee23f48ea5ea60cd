import Kernel
import PropertyTestKit
import Testing

@testable import Exporter

/// What the network may send, byte by byte, and the status that it gets.
@Suite struct HostileRequestTests {
  /// Requests and their statuses; 0: the connection ends without an answer.
  static let requests: [(name: String, bytes: String, status: Int)] = [
    ("a plain one", "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("HTTP/1.0", "GET /-/healthy HTTP/1.0\r\n\r\n", 200),
    ("the absolute form", "GET http://a/-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("HEAD", "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("no Host", "GET /-/healthy HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n", 400),
    ("a name of somebody else", "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    ("one that looks like ours", "GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 421),
    ("our address", "GET /-/healthy HTTP/1.1\r\nHost: 127.0.0.1:21121\r\n\r\n", 200),
    ("our other address", "GET /-/healthy HTTP/1.1\r\nHost: [::1]:21121\r\n\r\n", 200),
    ("POST", "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405),
    ("DELETE", "DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ("TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ("a method nobody has", "BREW /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("a body", "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 413),
    (
      "a body that never comes",
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", 413
    ),
    (
      "a chunked body",
      "POST /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      413
    ),
    (
      "both lengths",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
      400
    ),
    (
      "two lengths",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
      400
    ),
    ("a length below zero", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    (
      "a length with a sign", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n", 400
    ),
    (
      "a transfer coding nobody has",
      "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity, chunked, x\r\n\r\n", 400
    ),
    (
      "a space before the colon",
      "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n", 400
    ),
    ("a folded header", "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n", 400),
    ("bare line feeds", "GET /-/healthy HTTP/1.1\nHost: a\n\n", 400),
    ("a bare line feed", "GET /-/healthy HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400),
    (
      "a bare carriage return", "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX-A: b\rc\r\n\r\n",
      400
    ),
    ("a zero byte", "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX-A: b\0c\r\n\r\n", 400),
    ("no version", "GET /metrics\r\n\r\n", 400),
    ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("HTTP/3.7", "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", 400),
    ("TLS where there is none", "\u{16}\u{3}\u{1}\u{0}\u{5}hello", 400),
    ("nonsense", "hello\r\n\r\n", 400),
    ("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    ("a path that climbs", "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("an encoded one", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("an encoded name", "GET /%6detrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("two slashes", "GET //metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("a slash behind", "GET /metrics/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("a path after one", "GET /-/healthy/x HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("a fragment", "GET /metrics#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("a byte of Latin-1", "GET /m\u{e9}trics HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("a long target", "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\r\n", 431),
    (
      "a long header",
      "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: \(String(repeating: "a", count: 20_000))\r\n\r\n",
      431
    ),
    (
      "many headers",
      "GET / HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X-A: b\r\n", count: 300))\r\n", 431
    ),
    ("a parameter nobody has", "GET /api/v1/snapshot?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    (
      "a parameter twice", "GET /api/v1/snapshot?top=1&top=2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
      400
    ),
    (
      "a number that is none", "GET /api/v1/snapshot?top=-1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
      400
    ),
    ("a cut escape", "GET /api/v1/snapshot?namespace=%4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("no UTF-8", "GET /api/v1/snapshot?namespace=%ff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    (
      "a namespace nobody has",
      "GET /api/v1/snapshot?namespace=x HTTP/1.1\r\nHost: localhost\r\n\r\n", 404
    ),
    (
      "a time that is none", "GET /api/v1/history?from=soon HTTP/1.1\r\nHost: localhost\r\n\r\n",
      400
    ),
    (
      "a time that ends first",
      "GET /api/v1/history?from=1m&to=2m HTTP/1.1\r\nHost: localhost\r\n\r\n", 400
    ),
    (
      "ages", "GET /api/v1/history?from=1970-01-01&step=1ms HTTP/1.1\r\nHost: localhost\r\n\r\n",
      200
    ),
    (
      "a span that is none", "GET /api/v1/history?step=-1s HTTP/1.1\r\nHost: localhost\r\n\r\n", 400
    ),
  ]

  @Test func `each request gets its status, and no second answer`() throws {
    try RunningExporter.with { running in
      for (name, bytes, status) in Self.requests {
        let client = try RawClient(port: running.port)
        client.send(bytes)
        let text = try client.answer { text in
          guard let answer = HTTPAnswer(text) else { return false }
          let length = answer.headers["content-length"].flatMap { Int($0) } ?? 0
          return name == "HEAD" || answer.body.utf8.count >= length
        }
        let answer = try #require(HTTPAnswer(text), "\(name): \(text)")
        #expect(answer.status == status, "\(name): \(text.prefix(300))")
        #expect(
          text.ranges(of: "Content-Security-Policy:").count == 1, "\(name): \(text.prefix(600))")
        if status == 405 { #expect(answer.headers["allow"] == "GET, HEAD") }
        if name == "HEAD" { #expect(answer.body.isEmpty) }
      }
    }
  }

  @Test func `whatever comes, others are answered, and nothing is left of it`() throws {
    var random = SeededGenerator.fresh()
    try RunningExporter.with({ $0.times.request = 2 }) { running in
      for _ in 0..<500 {
        var bytes = Array(random.pick(Self.requests).bytes.utf8.prefix(400))
        for _ in 0..<(1 + random.small(6)) {
          let place = random.small(bytes.count)
          switch random.small(4) {
          case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
          case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
          case 2: bytes.insert(contentsOf: Array("\r\n".utf8), at: place)
          default: if bytes.count > 2 { bytes.remove(at: place) }
          }
        }
        let client = try RawClient(port: running.port)
        client.send(bytes)
        let text = try client.answer { !$0.isEmpty }
        if !text.isEmpty {
          let status = try #require(HTTPAnswer(text)?.status, "\(random.replay): \(text)")
          #expect([200, 400, 404, 405, 408, 413, 421, 431].contains(status), "\(random.replay)")
        }
        client.close()
      }
      #expect(try running.get("/-/healthy")?.status == 200, "\(random.replay)")
    }
  }

  @Test func `what is smuggled behind a request is no request`() throws {
    try RunningExporter.with { running in
      for length in ["Content-Length: 43", "Transfer-Encoding: chunked"] {
        let client = try RawClient(port: running.port)
        client.send(
          "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\(length)\r\n\r\n"
            + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let text = try client.answer()
        #expect(HTTPAnswer(text)?.status == 413)
        #expect(text.ranges(of: "Content-Security-Policy:").count == 1)
      }
    }
  }

  @Test func `requests that do not wait are answered in order, and only so many bytes of them`()
    throws
  {
    try RunningExporter.with { running in
      let client = try RawClient(port: running.port)
      let request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
      client.send(
        String(repeating: request, count: 20) + "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let text = try client.answer { $0.contains("404 Not Found") }
      #expect(text.ranges(of: "200 OK").count == 20)

      // A stream does not end: what comes behind it waits where it is, or ends it.
      let stream = try RawClient(port: running.port)
      stream.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try stream.answer { $0.contains("event: frame") }
      stream.send(String(repeating: request, count: 4000))
      #expect(try running.get("/-/healthy")?.status == 200)
      let answer = try stream.answer { _ in true }
      #expect(!answer.contains("healthy"))
    }
  }

  @Test func `a request that does not come to its end is given up`() throws {
    try RunningExporter.with({ $0.times.request = 1 }) { running in
      let slow = try RawClient(port: running.port)
      slow.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n")
      #expect(HTTPAnswer(try slow.answer())?.status == 408)
      let silent = try RawClient(port: running.port)
      #expect(try silent.answer().isEmpty)
      #expect(silent.isClosed)
    }
  }

  @Test func `a client that does not read its answer is given up, and others are served`() throws {
    try RunningExporter.with({ options in
      options.times.answer = 1
      options.maxRequests = 1
    }) { running in
      let deaf = try RawClient(port: running.port)
      try deaf.setReading(false)
      // More than the sockets of both sides hold.
      let request = "GET /api/v1/history?top=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
      deaf.send(String(repeating: request, count: 600))
      let isFull = try running.waits { try running.get("/-/healthy")?.status == 503 }
      #expect(isFull)
      let isServed = try running.waits { try running.get("/-/healthy")?.status == 200 }
      #expect(isServed)
    }
  }
}

extension RunningExporter {
  /// Whether it comes true within a minute.
  func waits(for isTrue: () throws -> Bool) throws -> Bool {
    for _ in 0..<1200 {
      if try isTrue() { return true }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 50_000_000)
    }
    return false
  }
}
