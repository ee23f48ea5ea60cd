import FrameRing
import Frames
import Glibc
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Ring
import Testing

/// `ullage collect` as a service manager and its readers see it.
@Suite(.needsRoot) struct CollectProcessTests {
  @Test func `a collector starts, says so, refuses a second one, and stops in good order`() throws {
    try withFolder { directory in
      let manager = try NotifySocket("\(directory)/notify")
      let collector = try start(directory, ["NOTIFY_SOCKET": manager.path])
      #expect(manager.next()?.hasPrefix("READY=1\nSTATUS=collecting the ") == true)
      let reader = try FrameRingReader(path: "\(directory)/host.ring")
      #expect(reader.writer.processID == collector.processID)
      #expect(!reader.writer.isStale(atNanoseconds: Clock.realtimeNanoseconds()))
      let first = try #require(try reader.newest())
      #expect(first.range.count > 0 && first.flags.contains(.collectorStarted))

      let second = try Program.built("ullage", ["collect", "--ring", directory]).run()
      #expect(second.end == .status(2))
      #expect(second.message.contains("\(collector.processID)"), "\(second.message)")

      // A hangup is not the end, and the ticks go on.
      collector.send(SIGHUP)
      #expect(try tick(of: reader, after: first.tick + 3))
      collector.send(SIGTERM)
      #expect(manager.next() == "STOPPING=1")
      let run = try collector.wait()
      #expect(run.end == .status(0), "\(run.message)")
      try reader.refresh()
      #expect(reader.writer.isClosed)
      let events = try reader.events(from: 0, through: .max, limit: 1000)
      #expect(ownKinds(events) == [.collectorStarted, .configurationReloaded, .collectorStopped])
    }
  }

  @Test func `a manager that watches hears of life twice as often as it must`() throws {
    try withFolder { directory in
      let manager = try NotifySocket("\(directory)/notify")
      let collector = try start(
        directory, ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"])
      #expect(manager.next()?.hasPrefix("READY=1") == true)
      let start = Clock.monotonicNanoseconds()
      for _ in 0..<4 { #expect(manager.next() == "WATCHDOG=1") }
      let took = Clock.monotonicNanoseconds() - start
      #expect((500_000_000...1_500_000_000).contains(took))
      // Of another process it is none of our business.
      collector.send(SIGTERM)
      _ = try collector.wait()
      _ = manager.drain()
      let other = try self.start(
        directory,
        ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"])
      #expect(manager.next()?.hasPrefix("READY=1") == true)
      Settling.pause(milliseconds: 300)
      other.send(SIGTERM)
      #expect(manager.next() == "STOPPING=1")
      _ = try other.wait()
    }
  }

  @Test func `a collector that was killed is followed by one that goes on with its ring`() throws {
    try withFolder { directory in
      let first = try start(directory)
      let reader = try FrameRingReader(path: "\(directory)/host.ring")
      #expect(try tick(of: reader, after: 5))
      first.send(SIGKILL)
      #expect(try first.wait().end == .signal(SIGKILL))
      let before = try reader.frames(from: 0, through: .max, limit: 1000)
      let second = try start(directory)
      try reader.refresh()
      #expect(reader.writer.processID == second.processID && !reader.writer.isClosed)
      let after = try reader.frames(from: 0, through: .max, limit: 1000)
      #expect(after.count > before.count)
      #expect(Array(after.prefix(before.count)) == before)
      #expect(after[before.count].flags.contains(.collectorStarted))
      second.send(SIGINT)
      #expect(try second.wait().end == .status(0))
    }
  }

  @Test func `a collector that was stopped for a while says that samples are missing`() throws {
    try withFolder { directory in
      let collector = try start(directory)
      let reader = try FrameRingReader(path: "\(directory)/host.ring")
      #expect(try tick(of: reader, after: 3))
      collector.send(SIGSTOP)
      Settling.pause(milliseconds: 5_600)
      try reader.refresh()
      #expect(reader.writer.isStale(atNanoseconds: Clock.realtimeNanoseconds()))
      let last = try #require(try reader.newest()).tick
      collector.send(SIGCONT)
      #expect(try tick(of: reader, after: last + 2))
      collector.send(SIGTERM)
      #expect(try collector.wait().end == .status(0))
      let events = try reader.events(from: 0, through: .max, limit: 1000)
      #expect(ownKinds(events) == [.collectorStarted, .samplesMissed, .collectorStopped])
      let frames = try reader.frames(from: 0, through: .max, limit: 1000)
      #expect(frames.contains { $0.counters[.skippedTicks] ?? 0 >= 90 })
    }
  }

  @Test func `a collector whose ring is removed ends, and the next one makes another`() throws {
    try withFolder { directory in
      let first = try start(directory)
      let path = "\(directory)/host.ring"
      #expect(try Program("/bin/rm", [path]).run().end == .status(0))
      let run = try first.wait()
      #expect(run.end == .status(2))
      #expect(run.message.contains("cannot write ring \(path): the file was removed"), "\(run)")
      let second = try start(directory)
      second.send(SIGTERM)
      #expect(try second.wait().end == .status(0))
    }
  }

  @Test func `the log has the journal's form where standard error is the journal's, only there`()
    throws
  {
    try withFolder { directory in
      let other = try start(directory, ["JOURNAL_STREAM": "1:2"])
      other.send(SIGTERM)
      #expect(try other.wait().message.hasPrefix("ullage: info: the collector started"))
      var program = Program.built("ullage", ["collect", "--netns", "own", "--ring", directory])
      let script = "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/2) exec \"$0\" \"$@\""
      program.arguments = ["-c", script, program.path] + program.arguments
      program.path = "/bin/sh"
      let own = try program.start()
      try waitForRing("\(directory)/host.ring", of: own.processID)
      own.send(SIGTERM)
      #expect(try own.wait().message.hasPrefix("<6>the collector started"))
    }
  }

  @Test func `a collector in another namespace hears its signals too`() throws {
    try withFolder { directory in
      let collector = try Program.built(
        "ullage",
        [
          "collect", "--interval", "0.05", "--ring", directory, "--netns", "\(getpid())",
        ]
      ).start()
      let path = "\(directory)/pid-\(getpid()).ring"
      try waitForRing(path)
      collector.send(SIGHUP)
      Settling.pause(milliseconds: 200)
      collector.send(SIGTERM)
      #expect(try collector.wait().end == .status(0))
      #expect(try FrameRingReader(path: path).writer.isClosed)
    }
  }

  @Test(arguments: [
    "--interval=nan", "--interval=-1", "--interval=1e30", "--budget=0", "--budget=nan",
  ])
  func `numbers that make no sense are refused`(argument: String) throws {
    let run = try Program.built("ullage", ["collect", argument]).run()
    #expect(run.end == .status(64) && run.message.contains(argument.prefix { $0 != "=" }), "\(run)")
  }

  /// What happened to the collector; connects may fail anywhere on the host meanwhile.
  private func ownKinds(_ events: [Event]) -> [Event.Kind] {
    let others: Set<Event.Kind> = [.connectsFailed, .alarmRaised, .alarmCleared]
    return events.map(\.kind).filter { !others.contains($0) }
  }

  /// A collector of twenty frames a second, whose ring is there.
  private func start(
    _ directory: String, _ environment: [String: String] = [:]
  ) throws -> RunningProgram {
    var program = Program.built(
      "ullage", ["collect", "--netns", "own", "--interval", "0.05", "--ring", directory])
    program.environment.merge(environment) { $1 }
    let running = try program.start()
    try waitForRing("\(directory)/host.ring", of: running.processID)
    return running
  }

  /// Waits for a frame of the writer; five seconds at most.
  private func waitForRing(_ path: String, of writer: Int32? = nil) throws {
    for _ in 0..<250 {
      if let reader = try? FrameRingReader(path: path), reader.writer.heartbeatNanoseconds > 0,
        writer.map({ reader.writer.processID == $0 }) ?? true
      {
        return
      }
      Settling.pause(milliseconds: 20)
    }
    Issue.record("no ring at \(path)")
  }

  /// Waits until a frame of this tick is there; five seconds at most.
  private func tick(of reader: FrameRingReader, after tick: UInt64) throws -> Bool {
    for _ in 0..<250 {
      if let frame = try reader.newest(), frame.tick > tick { return true }
      Settling.pause(milliseconds: 20)
    }
    return false
  }
}
