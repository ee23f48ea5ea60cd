import FrameRing
import Frames
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import PropertyTestKit
import Recording
import Ring
import Testing
import Verdicts

@testable import ullage

/// What becomes of a recording whose recorder is killed, or whose disk is full.
@Suite(.serialized) struct RecordDamageTests {
  @Test func `killed at any moment, a recording has every sample up to the last one`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<8 {
      try RecordedShell.with("sleep 2", ["--interval", "10ms", "--budget", "100%"]) { shell in
        let running = try shell.program.start()
        #expect(Settling.wait(seconds: 30) { File.exists(shell.path) })
        Settling.pause(milliseconds: UInt64.random(in: 0...400, using: &generator))
        running.send(SIGKILL)
        #expect(try running.wait().end == .signal(SIGKILL))
        var ring = try RingReader(path: shell.path)
        let verification = try RingVerification(of: &ring)
        #expect(verification.isSound, "\(generator.replay)")
        let reader = try FrameRingReader(path: shell.path)
        var ticks: [UInt64] = []
        _ = try reader.readRaw { ticks.append($0.tick) }
        #expect(ticks == Array(0..<UInt64(ticks.count)), "\(generator.replay)")
        #expect(try ring.head(0) - UInt64(ticks.count) <= 1, "\(generator.replay)")
        #expect(try RecordedRun(path: shell.path).verdict.sampleCount == ticks.count)
      }
    }
  }

  @Test func `a recording of another layout is refused in words, and not replaced`() throws {
    try RecordedShell.with("exit 0") { shell in
      #expect(try shell.program.run().end == .status(0))
      let bytes = try KernelFile.read(shell.path, limit: 4_194_304)
      var other = bytes
      // RingLayout.versionOffset.
      other[8] = 2
      try TestFile.write(other, to: shell.path)
      let history = try Program.built("ullage", ["history", "--ring", shell.path]).run()
      #expect(history.end == .status(2))
      #expect(history.message.contains("its layout version is 2"), "\(history.message)")
      shell.program.arguments = ["record", "--force", "-o", shell.path, "--duration", "100ms"]
      #expect(try shell.program.run().end == .status(2))
      #expect(try KernelFile.read(shell.path, limit: 4_194_304) == other)
    }
  }

  @Test(.needsRoot) func `a full disk ends the recording and not the command, and is said`() throws
  {
    try RecordedShell.with("") { shell in
      // The disk is this command's alone: nobody else sees the mount.
      let script = """
        mount -t tmpfs -o size=80k none "$FOLDER/disk" &&
          exec "$ULLAGE" record -o "$FOLDER/disk/run" --interval 10ms --budget 100% -- \
            sh -c 'sleep 3; echo done; exit 5'
        """
      #expect(try Program("/bin/mkdir", ["\(shell.directory)/disk"]).run().end == .status(0))
      shell.program.path = "/usr/bin/unshare"
      shell.program.arguments = ["--mount", "--propagation", "private", "sh", "-c", script]
      let run = try shell.program.run()
      #expect(run.end == .status(5), "\(run.message)")
      #expect(run.text == "done\n")
      let message = run.message
      #expect(message.contains("the recording has stopped: "), "\(message)")
      #expect(
        message.contains("ENOSPC 28") && message.contains("the command goes on"), "\(message)")
      #expect(message.contains("\nincomplete  the recording stopped early"), "\(message)")
    }
  }
}
