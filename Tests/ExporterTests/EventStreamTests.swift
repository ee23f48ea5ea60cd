import Frames
import Kernel
import OutputTestKit
import Testing

@testable import Exporter

/// Server-sent events: each frame once, also for a client that was cut off.
@Suite struct EventStreamTests {
  @Test func `a stream begins with the newest frame, and gets each that comes, once`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      try RunningExporter.run(in: folder) { running in
        let client = try RawClient(port: running.port)
        client.send("GET /api/v1/live?top=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let first = try client.answer { ids($0).count == 1 }
        #expect(HTTPAnswer(first)?.status == 200)
        #expect(HTTPAnswer(first)?.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(first.contains("retry: 2000\n\n"))
        #expect(ids(first).count == 1)
        var sent: [UInt64] = ids(first)
        for _ in 0..<5 {
          sent.append(try ring.goOn().takenAtNanoseconds)
          running.exporter.look()
        }
        running.exporter.look()
        let text = try client.answer { ids($0).count >= 6 }
        #expect(ids(text) == sent)
        #expect(text.contains("data: {\"schema\":\"ullage.history/1\""))
      }
      try ring.close()
    }
  }

  @Test func `a client that comes again gets what it has missed, in order`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring", frames: 5)
      var sent: [UInt64] = []
      for _ in 0..<10 {
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 2_000_000)
        sent.append(try ring.goOn().takenAtNanoseconds)
      }
      try RunningExporter.run(in: folder) { running in
        let client = try RawClient(port: running.port)
        client.send(
          "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(sent[3])\r\n\r\n")
        #expect(ids(try client.answer { ids($0).count >= 6 }) == Array(sent[4...]))
        // What is no number, and what is still to come, is no place to go on from.
        for id in ["x", "-1", "18446744073709551616", "18446744073709551615"] {
          let other = try RawClient(port: running.port)
          other.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(id)\r\n\r\n")
          let text = try other.answer { $0.contains("retry: 2000") }
          #expect(HTTPAnswer(text)?.status == 200)
        }
      }
      try ring.close()
    }
  }

  @Test func `an exporter that ends tells its streams`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var client: RawClient?
      try RunningExporter.run(in: folder) { running in
        client = try RawClient(port: running.port)
        client?.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try client?.answer { $0.contains("event: frame") }
      }
      let text = try #require(try client?.answer())
      #expect(text.hasSuffix("0\r\n\r\n"))
      try ring.close()
    }
  }

  /// The numbers of the events in what came; a character can be a whole line end, a byte cannot.
  private func ids(_ text: String) -> [UInt64] {
    text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      return text.hasPrefix("id: ") ? UInt64(text.dropFirst(4)) : nil
    }
  }
}
