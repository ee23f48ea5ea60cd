import Console
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Pools
import Rendering
import Testing

@testable import ullage

/// The classic log over frames in memory, into files that somebody rotates.
@Suite struct LogRunTests {
  private static let second: UInt64 = 1_000_000_000
  private static let start = Scenario.start

  /// Frames that are published as a clock goes on.
  private final class Growing: FrameSource {
    var memory: MemoryFrames
    /// How many are published.
    var count = 0
    /// What everybody sees of them.
    private var seen: MemoryFrames {
      var seen = memory
      seen.raw = Array(memory.raw.prefix(count))
      return seen
    }

    init(_ frames: [Frame]) { memory = MemoryFrames(frames) }

    var writer: FrameWriterStatus { memory.writer }
    let losses = FrameLosses()

    func refresh() throws(Never) {}

    func newest() throws(Never) -> Frame? {
      var seen = seen
      return seen.newest()
    }

    func oldestNanoseconds() throws(Never) -> UInt64? { memory.raw.first?.takenAtNanoseconds }

    func frames(from start: UInt64, through end: UInt64, limit: Int) throws(Never) -> [Frame] {
      var seen = seen
      return seen.frames(from: start, through: end, limit: limit)
    }

    func events(from start: UInt64, through end: UInt64, limit: Int) throws(Never) -> [Event] { [] }
  }

  /// Runs a log of `count` intervals of ten seconds into `path`; `meanwhile` happens in each wait, in which
  /// `pace` frames are published.
  private static func follow(
    _ path: String, count: Int, frames: [Frame]? = nil, interval: UInt64 = 10 * second,
    pace: Int = 10, meanwhile: @escaping (Int) -> LogRun<Growing>.Wake = { _ in .timeout },
    change: (inout FrameWriterStatus) -> Void = { _ in }
  ) throws -> (outcome: Outcome, messages: [String], waits: [UInt64]) {
    var messages: [String] = []
    var waits: [UInt64] = []
    let source = Growing(frames ?? Scenario.proxy(seconds: 120) { Int($0) * 100 }.frames)
    source.count = 11
    change(&source.memory.writer)
    let options = LogOptions(
      intervalNanoseconds: interval, count: count, failAt: .warning, names: Names())
    var run = LogRun(
      source, .csv, try LogDestination(path: path), options, now: { start + 10 * second },
      warn: { messages.append($0) })
    let outcome = try run.follow { deadline in
      waits.append(deadline)
      let wake = meanwhile(waits.count)
      if wake == .timeout { source.count += pace }
      return wake
    }
    return (outcome, messages, waits)
  }

  private static func lines(_ path: String) throws -> [Substring] {
    String(decoding: try KernelFile.read(path), as: UTF8.self).split(separator: "\n")
  }

  @Test func `a line an interval, the newest frame first, and unknown columns said once`() throws {
    try withFolder { folder in
      let result = try Self.follow("\(folder)/log.csv", count: 3)
      #expect(result.outcome == .done)
      #expect(result.messages.count == 2)
      #expect(result.messages[0] == "#OfPids is not known and left empty")
      let lines = try Self.lines("\(folder)/log.csv")
      #expect(lines.count == 4)
      #expect(lines[0].hasPrefix("Computer,"))
      #expect(lines[1].contains("2026-11-21T02:42:23Z,10.0.0.5,8199,28232"))
      #expect(lines[2].contains("2026-11-21T02:42:33Z,10.0.0.5,9199,28232"))
      #expect(lines[3].contains("2026-11-21T02:42:43Z,10.0.0.5,10199,28232"))
    }
  }

  @Test func `a file that was moved away is made anew, with titles`() throws {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      _ = try Self.follow(path, count: 4) { wait in
        if wait == 2 { move(path, path + ".1") }
        return .timeout
      }
      #expect(try Self.lines(path + ".1").count == 3)
      let lines = try Self.lines(path)
      #expect(lines.count == 3)
      #expect(lines[0].hasPrefix("Computer,"))
    }
  }

  @Test func `after a hangup the file is opened anew, and nothing is lost`() throws {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      var moved = false
      _ = try Self.follow(path, count: 3) { wait in
        if wait == 1, !moved {
          moved = true
          move(path, path + ".1")
          return .reopen
        }
        return .timeout
      }
      #expect(try Self.lines(path + ".1").count == 2)
      #expect(try Self.lines(path).count == 3)
    }
  }

  @Test func `a file that was cut to nothing gets its titles again, one with contents does not`()
    throws
  {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      _ = try Self.follow(path, count: 1)
      _ = try Self.follow(path, count: 2) { _ in
        try? TestFile.write([], to: path)
        return .timeout
      }
      #expect(try Self.lines(path).count == 2)
      _ = try Self.follow(path, count: 1)
      #expect(try Self.lines(path).filter { $0.hasPrefix("Computer") }.count == 1)
      #expect(try Self.lines(path).count == 3)
    }
  }

  @Test func `it ends when told to, and says once that nobody publishes`() throws {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      let ended = try Self.follow(path, count: 9) { $0 == 2 ? .end : .timeout }
      #expect(ended.outcome == .done)
      #expect(try Self.lines(path).count == 3)
      let silent = try Self.follow(
        "\(folder)/none.csv", count: 4, pace: 0, change: { $0.isClosed = true })
      #expect(silent.messages == ["no frames in this interval: the collector is silent"])
      #expect(try KernelFile.read("\(folder)/none.csv").isEmpty)
    }
  }

  @Test func `an interval without a frame of a collector that is well is no silence`() throws {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      let result = try Self.follow(
        path, count: 4, interval: Self.second, pace: 0,
        change: { $0.intervalNanoseconds = 30 * Self.second })
      let talk = result.messages.filter { !$0.contains("not known") }
      #expect(talk == ["the collector takes a sample every 30s: the interval is as long"])
      let steps = zip(result.waits, result.waits.dropFirst()).map { $1 - $0 }
      #expect(steps.allSatisfy { $0 >= 30 * Self.second })
      #expect(try Self.lines(path).count == 2)
    }
  }

  @Test func `after the clock was set each frame is still written once, in order`() throws {
    try withFolder { folder in
      for offset in [-3600 * Int64(Self.second), 3600 * Int64(Self.second)] {
        var frames = Scenario.proxy(seconds: 60) { Int($0) * 100 }.frames
        for index in 20..<40 {
          frames[index].takenAtNanoseconds = UInt64(
            Int64(frames[index].takenAtNanoseconds) + offset)
        }
        let path = "\(folder)/log\(offset).csv"
        _ = try Self.follow(path, count: 50, frames: frames, interval: Self.second, pace: 1)
        let shown = try Self.lines(path).dropFirst().map { $0.split(separator: ",")[3] }
        #expect(shown.count == 50)
        #expect(shown.map { Int($0) ?? 0 } == shown.map { Int($0) ?? 0 }.sorted())
        #expect(Set(shown).count == 50)
      }
    }
  }

  @Test func `the past comes in steps of the interval`() throws {
    try withFolder { folder in
      let path = "\(folder)/log.csv"
      let options = LogOptions(
        intervalNanoseconds: 60 * Self.second, count: nil, failAt: .warning, names: Names())
      var run = LogRun(
        MemoryFrames(Scenario.filling(seconds: 120).frames), .csv, try LogDestination(path: path),
        options, warn: { _ in })
      let outcome = try run.past(from: Self.start, through: Self.start + 300 * Self.second)
      #expect(outcome == .no)
      // It begins at 13 seconds past a minute: parts of three minutes.
      #expect(try Self.lines(path).count == 4)
    }
  }

  @Test func `a full disk and a folder that is none end it with a message`() throws {
    #expect(throws: Failure.self) { try Self.follow("/dev/full", count: 1) }
    #expect(throws: Failure.self) { try Self.follow("/nonexistent/log.csv", count: 1) }
  }
}

private func move(_ from: String, _ to: String) {
  _ = try? Program("/usr/bin/env", ["mv", from, to]).run()
}
