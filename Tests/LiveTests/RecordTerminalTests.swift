import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage record` in a terminal: the keys are its command's, and a shell can stop it and go on.
@Suite struct RecordTerminalTests {
  @Test func `stopped by a key, recorder and command stand still, and go on together`() throws {
    try withFolder { folder in
      // The command counts in a file for as long as nothing stops it; it ends when it is told to.
      let script = """
        cd \(folder); while [ ! -e end ]; do echo x >> beats; sleep 0.05; done; echo all over
        """
      try TestFile.write(Array(script.utf8), to: "\(folder)/load")
      let screen = try TmuxScreen(columns: 100, rows: 30)
      let ullage = Program.built("ullage").path
      let record = "TMPDIR=\(folder) \(ullage) record -q -o \(folder)/run -- sh \(folder)/load"
      try screen.command(record)
      #expect(Settling.wait(seconds: 20) { (try? Self.beats(folder)) ?? 0 > 3 })
      try screen.press("C-z")
      let stopped = try screen.wait { $0.contains { $0.contains("Stopped") } }
      #expect(stopped.contains { $0.contains("Stopped") }, "\(stopped)")
      let beats = try Self.beats(folder)
      Settling.pause(milliseconds: 500)
      #expect(try Self.beats(folder) == beats)
      try screen.command("fg")
      #expect(Settling.wait(seconds: 20) { (try? Self.beats(folder)) ?? 0 > beats + 3 })
      try TestFile.write([], to: "\(folder)/end")
      let ended = try screen.wait { $0.contains { $0.hasPrefix("recorded") } }
      #expect(ended.contains("all over") && ended.contains { $0.hasPrefix("verdict") }, "\(ended)")
      try screen.command("clear")
      try screen.command("jobs; echo status $?")
      let after = try screen.wait { $0.contains("status 0") }
      #expect(!after.contains { $0.contains("ullage record") }, "\(after)")
    }
  }

  @Test func `the key that interrupts is the command's, which may answer as it likes`() throws {
    try withFolder { folder in
      let script =
        "trap 'echo caught; exit 5' INT; : > \(folder)/ready; while :; do sleep 0.05; done"
      try TestFile.write(Array(script.utf8), to: "\(folder)/load")
      let screen = try TmuxScreen(columns: 100, rows: 30)
      let ullage = Program.built("ullage").path
      let record = "TMPDIR=\(folder) \(ullage) record -q -o \(folder)/run -- sh \(folder)/load"
      try screen.command("\(record); echo status $?")
      #expect(Settling.wait(seconds: 20) { File.exists("\(folder)/ready") })
      try screen.press("C-c")
      let lines = try screen.wait { $0.contains("status 5") }
      #expect(lines.contains("status 5"), "\(lines)")
      // Caught once: it is not sent a second time by the recorder.
      #expect(lines.count { $0.contains("caught") } == 1, "\(lines)")
    }
  }

  private static func beats(_ folder: String) throws -> Int {
    try KernelFile.read("\(folder)/beats", limit: 1 << 20).count
  }
}
