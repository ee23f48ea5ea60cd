import Frames
import FramesTestKit
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

@testable import Exporter

/// Rings whose writers end, and exporters that are started anew.
@Suite struct RingLifeTests {
  /// The values of a scrape, by series as they are written.
  private static func values(_ running: RunningExporter) throws -> [String: Double] {
    let body = try #require(try running.get("/metrics")?.body)
    return try MetricsText(Array(body.utf8), openMetrics: false).values
  }

  private static let samples = "ullage_samples_total{namespace=host}"
  private static let failures = "ullage_connect_failures_total{}"

  @Test func `counters begin with the exporter, so that a restart counts nothing again`() throws {
    try withFolder { folder in
      // The story's pool is full, and connects fail, in its last seconds.
      let ring = try MadeUpRing("\(folder)/host.ring", frames: 255)
      for _ in 0..<2 {
        try RunningExporter.run(in: folder) { running in
          var values = try Self.values(running)
          #expect(values[Self.samples] == 0)
          #expect(values[Self.failures] == 0)
          #expect(values["ullage_up{namespace=host}"] == 1)
          try ring.goOn()
          try ring.goOn()
          running.exporter.look()
          values = try Self.values(running)
          #expect(values[Self.samples] == 2)
          #expect(values[Self.failures] ?? 0 > 0)
        }
      }
      try ring.close()
    }
  }

  @Test func `a ring that cannot be read for a look is lost, and its counters go on`() throws {
    try withFolder { folder in
      let path = "\(folder)/host.ring"
      let ring = try MadeUpRing(path)
      try RunningExporter.run(in: folder) { running in
        for _ in 0..<3 { try ring.goOn() }
        running.exporter.look()
        #expect(try Self.values(running)[Self.samples] == 3)
        #expect(try Program("/bin/mv", [path, "\(folder)/kept"]).run().end == .status(0))
        try TestFile.write(Array("nothing".utf8), to: path)
        running.exporter.look()
        var values = try Self.values(running)
        #expect(values["ullage_up{namespace=host}"] == 0)
        #expect(values[Self.samples] == 3)
        #expect(values["ullage_range_ports{namespace=host}"] == nil)
        #expect(try Program("/bin/mv", ["-f", "\(folder)/kept", path]).run().end == .status(0))
        try ring.goOn()
        running.exporter.look()
        values = try Self.values(running)
        #expect(values["ullage_up{namespace=host}"] == 1)
        #expect(values[Self.samples] == 4)
      }
      try ring.close()
    }
  }

  @Test func `a ring that comes later counts from its beginning`() throws {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      try RunningExporter.run(in: folder) { running in
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_100_000_000)
        let web = try MadeUpRing("\(folder)/web.ring", frames: 1, namespace: "web")
        try web.goOn()
        running.exporter.look()
        #expect(try Self.values(running)["ullage_samples_total{namespace=web}"] == 2)
        try web.close()
      }
      try host.close()
    }
  }

  @Test func `a namespace that the host's collector left in good order is not told to be down`()
    throws
  {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
      try RunningExporter.run(in: folder) { running in
        try web.goOn()
        running.exporter.look()
        #expect(try Self.values(running)["ullage_up{namespace=web}"] == 1)
        try web.close()
        running.exporter.look()
        var values = try Self.values(running)
        #expect(values["ullage_up{namespace=web}"] == nil)
        #expect(values["ullage_range_ports{namespace=web}"] == nil)
        #expect(values["ullage_samples_total{namespace=web}"] == 1)
        #expect(values["ullage_up{namespace=host}"] == 1)
        // That the host's own ends is said whatever it says, and once.
        try host.close()
        running.exporter.look()
        values = try Self.values(running)
        #expect(values["ullage_up{namespace=host}"] == 0)
        #expect(values["ullage_up{namespace=web}"] == nil)
      }
    }
  }

  @Test func `a collector that is not the host's leaves namespaces in good order, too`() throws {
    try withFolder { folder in
      let own = try MadeUpRing("\(folder)/own.ring", namespace: "netns:4026532180")
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
      try RunningExporter.run(in: folder) { running in
        try web.close()
        running.exporter.look()
        #expect(try Self.values(running)["ullage_up{namespace=web}"] == nil)
        try own.close()
        running.exporter.look()
        let values = try Self.values(running)
        #expect(values["ullage_up{namespace=netns:4026532180}"] == 0)
        #expect(values["ullage_up{namespace=web}"] == nil)
      }
    }
  }

  @Test func `a collector of one namespace alone is told to be down however it ended`() throws {
    try withFolder { folder in
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
      let other = try MadeUpRing("\(folder)/other.ring", namespace: "other", processID: 813)
      defer { try? other.close() }
      try RunningExporter.run(in: folder) { running in
        try web.close()
        running.exporter.look()
        #expect(try Self.values(running)["ullage_up{namespace=web}"] == 0)
      }
    }
  }

  @Test func `a collector of one namespace that ends besides the host's is told to be down`() throws
  {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web", processID: 813)
      try RunningExporter.run(in: folder) { running in
        try web.close()
        for _ in 0..<2 {
          running.exporter.look()
          #expect(try Self.values(running)["ullage_up{namespace=web}"] == 0)
        }
      }
      try host.close()
    }
  }

  @Test func `of two rings of a namespace the one that comes to be written is read`() throws {
    try withFolder { folder in
      try MadeUpRing("\(folder)/later.ring", frames: 3).close()
      let first = try MadeUpRing("\(folder)/first.ring")
      var follower = RingFollower(folder, absenceLimitNanoseconds: 1_000_000_000)
      let second: UInt64 = 1_000_000_000
      #expect(
        follower.look(monotonicNanoseconds: second).rings.map(\.path) == ["\(folder)/first.ring"])
      let later = try MadeUpRing("\(folder)/later.ring")
      try first.close()
      #expect(
        follower.look(monotonicNanoseconds: 3 * second).rings.map(\.path)
          == ["\(folder)/later.ring"])
      try later.close()
    }
  }

  @Test func `a namespace that has gone leaves neither a stream nor an open file`() throws {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
      try RunningExporter.run(in: folder, { $0.times.absence = 0 }) { running in
        let stream = try RawClient(port: running.port)
        stream.send("GET /api/v1/live?namespace=web HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try stream.answer { $0.contains("event: frame") }
        #expect(try running.get("/api/v1/history?namespace=web")?.status == 200)
        #expect(try openFiles("\(folder)/web.ring") > 0)
        try web.close()
        #expect(try Program("/bin/rm", ["\(folder)/web.ring"]).run().end == .status(0))
        let isLetGo = try Settling.wait(seconds: 60) {
          running.exporter.look()
          return try openFiles("\(folder)/web.ring") == 0
        }
        #expect(isLetGo)
        #expect(try stream.answer().hasSuffix("0\r\n\r\n"))
        #expect(stream.isClosed)
        #expect(try running.get("/api/v1/history?namespace=host")?.status == 200)
      }
      try host.close()
    }
  }

  @Test func `a writer that never says that it ended is told to be down besides the host's`() throws
  {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      // Its last sign of life is of long ago.
      let web = try MadeUpRing(
        "\(folder)/web.ring", frames: 1, namespace: "web", told: 10_000_000)
      try RunningExporter.run(in: folder) { running in
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 2_200_000_000)
        running.exporter.look()
        let values = try Self.values(running)
        #expect(values["ullage_up{namespace=web}"] == 0)
        #expect(values["ullage_up{namespace=host}"] == 1)
      }
      try web.close()
      try host.close()
    }
  }

  @Test func `who writes and could never count is not ready, and says what to do`() throws {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring", flags: .notCounted)
      try RunningExporter.run(in: folder) { running in
        let answer = try #require(try running.get("/-/ready"))
        #expect(answer.status == 503)
        #expect(answer.body.contains("ullage doctor"))
        #expect(try running.get("/-/healthy")?.status == 200)
        let values = try Self.values(running)
        #expect(values["ullage_up{namespace=host}"] == 1)
        #expect(values["ullage_worst_pool_usage_ratio{kind=connect,namespace=host}"] == nil)
        let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_100_000_000)
        running.exporter.look()
        #expect(try running.get("/-/ready")?.status == 200)
        try web.close()
      }
      try host.close()
    }
  }
}

/// How many descriptors of this process are of the file at `path`, removed or not.
private func openFiles(_ path: String) throws -> Int {
  try Program("/bin/ls", ["-l", "/proc/\(getpid())/fd"]).run().text.ranges(of: path).count
}
