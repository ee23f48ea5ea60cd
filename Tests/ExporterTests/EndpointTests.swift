import FrameRing
import Frames
import FramesTestKit
import Gzip
import Kernel
import Metrics
import OutputTestKit
import Rendering
import Testing

@testable import Exporter

/// What each path answers, and in which form.
@Suite struct EndpointTests {
  @Test func `metrics come in the format that a client takes best`() throws {
    try RunningExporter.with { running in
      let prometheus =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
      let open = try #require(try running.get("/metrics", ["Accept: \(prometheus)"]))
      #expect(open.headers["content-type"] == ExpositionFormat.openMetrics.contentType)
      #expect(open.body.hasSuffix("# EOF\n"))
      let text = try #require(try running.get("/metrics"))
      #expect(text.headers["content-type"] == ExpositionFormat.text.contentType)
      #expect(!text.body.contains("# EOF"))
      for body in [open.body, text.body] {
        #expect(body.contains("ullage_up{namespace=\"host\"} 1\n"))
        #expect(body.contains("ullage_build_info{version=\"0.0.0\""))
      }
      #expect(try running.get("/metrics?collect[]=x&x=1&x=2")?.status == 200)
    }
  }

  @Test(arguments: [
    (["*/*"], ExpositionFormat.text), ([], .text), (["text/plain"], .text),
    (["application/openmetrics-text"], .openMetrics),
    (["application/openmetrics-text; version=1.0.0; charset=utf-8"], .openMetrics),
    (["application/openmetrics-text;version=\"1.0.0\""], .openMetrics),
    (["application/openmetrics-text;version=0.0.1"], .text),
    (["application/openmetrics-text;q=0"], .text),
    (["application/openmetrics-text;q=0.2,text/plain;q=0.5"], .text),
    (["text/plain;q=0.5", "application/openmetrics-text;version=1.0.0;q=0.6"], .openMetrics),
    (["application/openmetrics-text;q=nan"], .text), ([";;,,;q=;"], .text),
  ])
  func `an Accept header names a format`(accept: [String], format: ExpositionFormat) {
    #expect(MetricsNegotiation.format(accept: accept) == format)
  }

  @Test(arguments: [
    (["gzip"], true), (["gzip, deflate, br"], true), ([], false), (["gzip;q=0"], false),
    (["*"], true), (["*;q=0"], false), (["identity"], false), (["br;q=1.0, gzip;q=0.8"], true),
  ])
  func `an Accept-Encoding header takes gzip or not`(accept: [String], takes: Bool) {
    #expect(MetricsNegotiation.takesGzip(acceptEncoding: accept) == takes)
  }

  @Test func `what is compressed is what was, for a reader that is not ours`() throws {
    for count in [0, 1, 100_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 / 7) }
      var gunzip = Program("/bin/gzip", ["-d"])
      gunzip.input = try #require(Gzip.compressed(bytes))
      #expect(try gunzip.run().output == bytes)
    }
  }

  @Test func `documents are those of the ring, and say so`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      try RunningExporter.run(in: folder) { running in
        let reader = try FrameRingReader(path: "\(folder)/host.ring")
        let newest = try #require(try reader.newest())
        let snapshot = try #require(try running.get("/api/v1/snapshot?top=3"))
        #expect(snapshot.headers["content-type"] == "application/json; charset=utf-8")
        let at = newest.takenAtNanoseconds
        let expected = History(
          [newest], events: [], writer: reader.writer, losses: FrameLosses(),
          from: at - newest.spanNanoseconds, through: at, askedAt: at)
        #expect(
          frames(snapshot.body)
            == frames(String(decoding: HistoryDocument.json(expected, top: 3), as: UTF8.self)))
        #expect(snapshot.body.contains("\"id\":\"from_ring\""))
        let history = try #require(try running.get("/api/v1/history?from=1h&top=1"))
        #expect(history.body.ranges(of: "\"taken_at\"").count == 31)
        let part = try #require(try running.get("/api/v1/history?from=1h&top=1&step=10s"))
        #expect((3...6).contains(part.body.ranges(of: "\"taken_at\"").count))
        for answer in [snapshot, history, part] {
          #expect(try DocumentSchema("ullage.history-1").faults(Array(answer.body.utf8)) == nil)
        }
        let rings = try #require(try running.get("/api/v1/rings"))
        #expect(try DocumentSchema("ullage.rings-1").faults(Array(rings.body.utf8)) == nil)
      }
      try ring.close()
    }
  }

  private func frames(_ document: String) -> Substring? {
    document.firstRange(of: "\"frames\":").map { document[$0.upperBound...] }
  }

  @Test func `namespaces are told apart, and one that is gone is forgotten`() throws {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      let web = try MadeUpRing("\(folder)/web.ring", frames: 3, namespace: "web")
      try RunningExporter.run(in: folder, { $0.times.absence = 0 }) { running in
        let metrics = try #require(try running.get("/metrics")?.body)
        #expect(metrics.contains("ullage_up{namespace=\"host\"} 1\n"))
        #expect(metrics.contains("ullage_up{namespace=\"web\"} 1\n"))
        for (target, name) in [
          ("/api/v1/snapshot", "host"), ("/api/v1/snapshot?namespace=web", "web"),
        ] {
          let body = try #require(try running.get(target)?.body)
          #expect(body.contains("\"namespace\":\"\(name)\""))
        }
        TestFile.remove("\(folder)/web.ring")
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_100_000_000)
        running.exporter.look()
        #expect(try running.get("/metrics")?.body.contains("\"web\"") == false)
        #expect(try running.get("/api/v1/snapshot?namespace=web")?.status == 404)
      }
      try host.close()
      try web.close()
    }
  }

  @Test func `whoever asks again and again is given each frame once it was looked at`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      try RunningExporter.run(in: folder) { running in
        func samples(_ headers: [String] = []) throws -> Int? {
          let body = try running.get("/metrics", headers)?.body
          let line = body?.split(separator: "\n").first { $0.hasPrefix("ullage_samples_total{") }
          return line?.split(separator: " ").last.flatMap { Int($0) }
        }
        var known = try #require(try samples())
        for round in 0..<20 {
          #expect(try samples() == known)
          // A look that finds nothing changes nothing.
          if round % 2 == 1 { running.exporter.look() }
          #expect(try samples() == known)
          try ring.goOn()
          #expect(try samples() == known)
          running.exporter.look()
          known += 1
          #expect(try samples() == known)
          // Who comes later, and asks for another form, has the same.
          #expect(try samples(["Accept: application/openmetrics-text"]) == known)
        }
      }
      try ring.close()
    }
  }

  @Test func `counters go on where a ring is gone for a moment, and made anew`() throws {
    try withFolder { folder in
      let path = "\(folder)/host.ring"
      let old = try MadeUpRing(path)
      try RunningExporter.run(in: folder) { running in
        func samples() throws -> Int? {
          let body = try running.get("/metrics")?.body
          let line = body?.split(separator: "\n").first { $0.hasPrefix("ullage_samples_total{") }
          return line?.split(separator: " ").last.flatMap { Int($0) }
        }
        let before = try #require(try samples())
        try old.close()
        TestFile.remove(path)
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_100_000_000)
        running.exporter.look()
        #expect(try samples() == before)
        let new = try MadeUpRing(path, frames: 1)
        running.exporter.look()
        try new.goOn()
        running.exporter.look()
        let after = try #require(try samples())
        #expect(after > before)
        try new.close()
      }
    }
  }

  @Test func `it is ready while somebody writes, and healthy always`() throws {
    try withFolder { folder in
      try RunningExporter.run(in: folder) { running in
        #expect(try running.get("/-/healthy")?.status == 200)
        let answer = try #require(try running.get("/-/ready"))
        #expect(answer.status == 503)
        #expect(answer.body.contains("ullage collect"))
        #expect(try running.get("/api/v1/snapshot")?.status == 503)
        #expect(try running.get("/api/v1/live")?.status == 503)
        #expect(try running.get("/metrics")?.status == 200)

        let ring = try MadeUpRing("\(folder)/host.ring")
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_100_000_000)
        running.exporter.look()
        #expect(try running.get("/-/ready")?.status == 200)
        try ring.close()
        running.exporter.look()
        #expect(try running.get("/-/ready")?.status == 503)
        let metrics = try running.get("/metrics")?.body
        #expect(metrics?.contains("ullage_up{namespace=\"host\"} 0\n") == true)
      }
    }
  }

  @Test func `every answer says that a browser may do nothing with it, unless the file says more`()
    throws
  {
    let web = """
      http_server_config:
        headers:
          Strict-Transport-Security: max-age=31536000
          X-Frame-Options: deny

      """
    try RunningExporter.with(web: web) { running in
      for target in ["/metrics", "/-/healthy", "/api/v1/snapshot", "/nothing"] {
        let headers = try #require(try running.get(target)).headers
        #expect(headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["referrer-policy"] == "no-referrer")
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["strict-transport-security"] == "max-age=31536000")
        #expect(headers["x-frame-options"] == "deny")
      }
    }
  }
}
