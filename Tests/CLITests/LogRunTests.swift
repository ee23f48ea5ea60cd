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

  /// Runs a log of `count` intervals of ten seconds into `path`; `meanwhile` happens in each wait.
  private static func follow(
    _ path: String, count: Int, frames: [Frame]? = nil,
    meanwhile: @escaping (Int) -> LogRun<MemoryFrames>.Wake = { _ in .timeout }
  ) throws -> (outcome: Outcome, messages: [String]) {
    var messages: [String] = []
    var waits = 0, clock = start + 10 * second
    let source = MemoryFrames(
      frames ?? Scenario.proxy(seconds: 120) { Int($0) * 100 }.frames)
    let options = LogOptions(
      intervalNanoseconds: 10 * second, count: count, failAt: .warning, names: Names())
    var run = LogRun(
      source, .csv, try LogDestination(path: path), options, now: { clock },
      warn: { messages.append($0) })
    let outcome = try run.follow { _ in
      waits += 1
      let wake = meanwhile(waits)
      if wake == .timeout { clock += 10 * second }
      return wake
    }
    return (outcome, messages)
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
      let silent = try Self.follow("\(folder)/none.csv", count: 4, frames: [])
      #expect(silent.messages == ["no frames in this interval: the collector is silent"])
      #expect(try KernelFile.read("\(folder)/none.csv").isEmpty)
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

/// A folder that is there while `body` runs.
func withFolder(_ body: (String) throws -> Void) throws {
  let made = try Program("/usr/bin/env", ["mktemp", "-d"]).run()
  let folder = String(made.text.dropLast())
  defer { _ = try? Program("/usr/bin/env", ["rm", "-r", folder]).run() }
  try body(folder)
}

private func move(_ from: String, _ to: String) {
  _ = try? Program("/usr/bin/env", ["mv", from, to]).run()
}
