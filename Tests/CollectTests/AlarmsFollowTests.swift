import FrameRing
import Frames
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage alarms --follow` that is started before the collector.
@Suite(.needsRoot) struct AlarmsFollowTests {
  private let namespace = ["--netns", "\(getpid())"]

  private func follow(_ directory: String) throws -> RunningProgram {
    var program = Program.built("ullage", ["alarms", "--follow"] + namespace)
    program.environment["XDG_RUNTIME_DIR"] = directory
    return try program.start()
  }

  @Test func `it waits for the collector's ring, says so once, and goes on with it`() throws {
    try withFolder { directory in
      let rings = "\(directory)/ullage"
      defer { _ = try? Program("/bin/rm", ["-r", rings]).run() }
      let alarms = try follow(directory)
      Settling.pause(milliseconds: 1200)
      let collector = try Program.built(
        "ullage", ["collect", "--interval", "50ms", "--ring", rings] + namespace
      ).start()
      let path = "\(rings)/pid-\(getpid()).ring"
      for _ in 0..<250
      where (try? FrameRingReader(path: path))?.writer.heartbeatNanoseconds ?? 0 == 0 {
        Settling.pause(milliseconds: 20)
      }
      Settling.pause(milliseconds: 1500)
      alarms.send(SIGTERM)
      let run = try alarms.wait()
      collector.send(SIGTERM)
      #expect(try collector.wait().end == .status(0))
      #expect(run.end == .status(0))
      #expect(
        run.message
          == "ullage: no collector is running (ullage collect); waiting for its ring\n")
      #expect(!run.output.isEmpty)
    }
  }

  @Test func `it ends in good order while it waits`() throws {
    try withFolder { directory in
      let alarms = try follow(directory)
      Settling.pause(milliseconds: 500)
      alarms.send(SIGINT)
      let run = try alarms.wait()
      #expect(run.end == .status(0) && run.output.isEmpty, "\(run)")
    }
  }
}
