import FramesTestKit
import Kernel
import OutputTestKit
import Testing

/// The program as a process, scraped while everything below it changes.
@Suite struct ScrapeTests {
  @Test func `ten thousand scrapes while rings are written anew take nothing, and none is torn`()
    throws
  {
    try withFolder { folder in
      let path = "\(folder)/host.ring"
      var ring = try MadeUpRing(path, frames: 20, rawCount: 40)
      let program = Program.built(
        "ullage-exporter", ["--web.listen-address", "127.0.0.1:0", "--ring", folder])
      let running = try program.start()
      let process = running.processID
      let port = try running.port()
      var descriptors: [Int] = []
      var resident: [Int] = []
      var seen = 0
      for round in 1...100 {
        if round % 10 == 0 {
          // The writer ends, and another one makes the file anew.
          try ring.close()
          TestFile.remove(path)
          ring = try MadeUpRing(path, frames: 20, rawCount: 40)
        }
        try ring.goOn()
        // A connection of its own for each, so that those are given back too.
        let client = try RawClient(port: port)
        client.send(String(repeating: Self.request, count: 100))
        let text = try client.answer { $0.ranges(of: "# EOF\n").count >= 100 }
        seen += try Self.check(text)
        client.close()
        if round % 25 == 0 {
          descriptors.append(try Directory.names(in: "/proc/\(process)/fd").count)
          resident.append(try Self.residentKilobytes(of: process))
        }
      }
      #expect(seen == 10_000)
      // The first quarter warms it up.
      #expect(
        descriptors.dropFirst().allSatisfy { abs($0 - descriptors[1]) <= 2 }, "\(descriptors)")
      #expect(resident[3] - resident[1] < 2048, "\(resident)")
      running.send(15)
      let run = try running.wait()
      #expect(run.end == .status(0))
      #expect(run.text.isEmpty)
      try ring.close()
    }
  }

  /// Counts whole answers, each of which must be what it says and hold together.
  private static func check(_ text: String) throws -> Int {
    var rest = text[...]
    var count = 0
    while let answer = HTTPAnswer(String(rest.prefix(400_000))) {
      let length = try #require(answer.headers["content-length"].flatMap { Int($0) })
      let body = String(answer.body.prefix(length))
      #expect(answer.status == 200)
      #expect(body.hasSuffix("# EOF\n"))
      func value(_ name: String) -> Double? {
        body.split(separator: "\n").first {
          $0.hasPrefix("\(name){") && $0.contains("port=\"443\"")
        }
        .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
      }
      if let used = value("ullage_pool_ports_in_use"),
        let left = value("ullage_pool_ports_headroom"),
        let capacity = value("ullage_pool_ports_capacity")
      {
        #expect(used + left >= capacity, "\(used) + \(left) of \(capacity)")
      }
      count += 1
      let head = try #require(rest.firstRange(of: "\r\n\r\n"))
      rest = rest[head.upperBound...].dropFirst(length)
      if rest.isEmpty { break }
    }
    return count
  }

  private static func residentKilobytes(of process: Int32) throws -> Int {
    let status = try KernelFile.read("/proc/\(process)/status")
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("VmRSS:") }
    return try #require(line?.split(separator: " ").dropLast().last.flatMap { Int($0) })
  }

  private static let request =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text\r\n\r\n"
}
