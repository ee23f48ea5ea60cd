import ArgumentParser
import Console
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Pools
import Rendering
import Testing

@testable import ullage

/// `ullage history` over frames in memory, and the arguments of the commands about time.
@Suite struct HistoryRunTests {
  private static let second: UInt64 = 1_000_000_000
  private static let start = Scenario.start

  private static func request(
    _ form: HistoryRequest.Form, step: UInt64? = nil
  ) -> HistoryRequest {
    HistoryRequest(form: form, from: start, through: start + 600 * second, step: step)
  }

  @Test
  func `a table has at most about thirty rows, a step folds, and a plot is as fine as the ring`()
    throws
  {
    let source = MemoryFrames(Scenario.filling(seconds: 600).frames)
    func count(_ request: HistoryRequest) throws -> Int {
      var run = HistoryRun(source, request)
      return try run.read(now: Self.start + 601 * Self.second).frames.count
    }
    #expect(try count(Self.request(.table)) == 21)
    #expect(try count(Self.request(.plot)) == 600)
    #expect(try count(Self.request(.csv, step: 60 * Self.second)) == 11)
    #expect(try count(Self.request(.json, step: Self.second)) == 600)
  }

  @Test func `a picture goes into its file, and the verdict decides the status if asked`() throws {
    try withFolder { folder in
      let path = "\(folder)/picture.svg"
      try TestFile.write(Array(repeating: 0x20, count: 300_000), to: path)
      var request = Self.request(.svg(path))
      request.failAt = .exhausted
      var run = HistoryRun(MemoryFrames(Scenario.filling(seconds: 60, then: 10).frames), request)
      #expect(try run.show(now: Self.start + 71 * Self.second) == .no)
      let text = String(decoding: try KernelFile.read(path, limit: 200_000), as: UTF8.self)
      #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
      run = HistoryRun(MemoryFrames(Scenario.idle(seconds: 60).frames), request)
      #expect(try run.show(now: Self.start + 71 * Self.second) == .done)
      request.form = .svg("/nonexistent/picture.svg")
      run = HistoryRun(MemoryFrames([]), request)
      #expect(throws: Failure.self) { try run.show(now: Self.start) }
    }
  }

  @Test(arguments: [
    // since, until; from and through, in seconds before 02:47:13
    (nil, nil, 600, 0), ("10m", nil, 600, 0), ("02:40", "02:45", 433, 133),
    ("1h", "30m", 3600, 1800),
    (nil, "02:00:13", 3420, 2820), ("23:00", "02:00", 13_633, 2833),
    ("2026-11-20", "2026-11-21", 96_433, 10_033),
  ]) func `a stretch is from since until until`(
    _ since: String?, _ until: String?, _ from: UInt64, _ through: UInt64
  ) throws {
    let now: UInt64 = 1_795_229_233 * Self.second
    let options = try TimeOptions.parse(
      (since.map { ["--since", $0] } ?? []) + (until.map { ["--until", $0] } ?? []))
    let stretch = try options.stretch(at: now, usual: 600 * Self.second)
    #expect(stretch.from == now - from * Self.second)
    #expect(stretch.through == now - through * Self.second)
  }

  @Test func `now is the end of a recording`() throws {
    var source = MemoryFrames(Scenario.filling(seconds: 60).frames)
    #expect(try TimeOptions.reference(for: &source, now: 7) == 7)
    source.writer.isArchive = true
    let end = Self.start + 59 * Self.second
    #expect(try TimeOptions.reference(for: &source, now: .max) == end)
  }

  @Test func `a stretch that ends before it begins is refused`() throws {
    let now: UInt64 = 1_795_229_233 * Self.second
    for (since, until) in [("5m", "10m"), ("now", "now"), ("2030-01-01", "2030-01-02")] {
      let options = try TimeOptions.parse(["--since", since, "--until", until])
      #expect(throws: Failure.self, "\(since)") { try options.stretch(at: now, usual: 1) }
    }
  }
}
