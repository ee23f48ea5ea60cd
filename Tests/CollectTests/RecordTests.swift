import FrameRing
import Frames
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Recording
import Ring
import Testing
import Verdicts

@testable import ullage

/// `ullage record` as a process: it stands in for its command.
@Suite struct RecordTests {
  @Test(
    arguments: [
      ("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -9 $$", 137), ("kill -TERM $$", 143),
    ] as [(String, Int32)])
  func `the command's end is the recorder's, and so is its output`(
    _ end: String, _ status: Int32
  ) throws {
    try RecordedShell.with("cat; echo said >&2; \(end)") { shell in
      shell.program.input = Array("what goes in\n".utf8)
      let run = try shell.program.run()
      #expect(run.end == .status(status))
      #expect(run.text == "what goes in\n")
      #expect(run.message.hasPrefix("said\nverdict"), "\(run.message)")
      let recorded = try RecordedRun(path: shell.path).verdict
      #expect(
        recorded.end?.end
          == (status > 128 && status < 255 ? .signal(status - 128) : .status(status)))
      #expect(recorded.command == "sh -c 'cat; echo said >&2; \(end)'")
      #expect(recorded.sampleCount > 0)
    }
  }

  @Test(arguments: [("/nowhere/load", 127), ("ullage-load-that-is-not", 127), ("/etc/passwd", 126)])
  func `a command that cannot be run ends as in a shell, and leaves no recording`(
    _ name: String, _ status: Int
  ) throws {
    try RecordedShell.with("") { shell in
      shell.program.arguments = ["record", "-o", shell.path, "--", name]
      let run = try shell.program.run()
      #expect(run.end == .status(Int32(status)))
      #expect(run.message.hasPrefix("ullage: cannot run \(name): "), "\(run.message)")
      #expect(!File.exists(shell.path))
    }
  }

  @Test func `a script without a first line of its own is run as a shell does`() throws {
    try RecordedShell.with("") { shell in
      let script = "\(shell.directory)/script"
      try TestFile.write(Array("echo $1; exit 3\n".utf8), to: script, mode: 0o755)
      shell.program.arguments = ["record", "-o", shell.path, "--", script, "one"]
      let run = try shell.program.run()
      #expect(run.end == .status(3))
      #expect(run.text == "one\n")
    }
  }

  @Test(arguments: [("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP), ("QUIT", SIGQUIT)])
  func `signals are the command's`(_ name: String, _ number: Int32) throws {
    let script = "trap 'echo caught; exit 3' \(name); : > ready; while :; do sleep 0.02; done"
    try RecordedShell.with("cd \"$FOLDER\"; \(script)") { shell in
      let running = try shell.program.start()
      #expect(Settling.wait(seconds: 30) { File.exists("\(shell.directory)/ready") })
      running.send(number)
      let run = try running.wait()
      #expect(run.end == .status(3))
      #expect(run.text == "caught\n")
    }
  }

  @Test func `marks are in the recording, made fit for a screen`() throws {
    let marks = """
      "$ULLAGE" mark phase 2; "$ULLAGE" mark "$(printf 'a\\033[31mb\\nc')"; "$ULLAGE" mark ' '
      echo $?
      """
    try RecordedShell.with(marks) { shell in
      let run = try shell.program.run()
      #expect(run.text == "2\n")
      #expect(run.message.contains("ullage: the mark has no text"), "\(run.message)")
      let reader = try FrameRingReader(path: shell.path)
      let events = try reader.events(from: 0, through: .max, limit: 100)
      #expect(events.filter { $0.kind == .mark }.map(\.text) == ["phase 2", "a [31mb c"])
      let kinds = events.map(\.kind).filter { [.runStarted, .mark, .runEnded].contains($0) }
      #expect(kinds == [.runStarted, .mark, .mark, .runEnded])
      // Its socket is gone with it.
      #expect(try Directory.names(in: shell.directory) == ["run"])
    }
  }

  @Test func `without a recorder a mark says what is wrong`() throws {
    let nowhere = try Program.built("ullage", ["mark", "x"]).run()
    #expect(nowhere.end == .status(2))
    #expect(nowhere.message.contains("ULLAGE_RECORDER is not set"), "\(nowhere.message)")
    var program = Program.built("ullage", ["mark", "x"])
    program.environment["ULLAGE_RECORDER"] = "/nowhere/recorder"
    let gone = try program.run()
    #expect(gone.end == .status(2))
    #expect(gone.message.contains("the recording has ended"), "\(gone.message)")
  }

  @Test func `a recording can end before its command`() throws {
    try RecordedShell.with("sleep 0.7; exit 4", ["--duration", "100ms"]) { shell in
      let run = try shell.program.run()
      #expect(run.end == .status(4))
      let verdict = try RecordedRun(path: shell.path).verdict
      #expect(verdict.command != nil && verdict.end == nil)
    }
  }

  @Test func `without a command it records until it is told to end`() throws {
    try RecordedShell.with("") { shell in
      shell.program.arguments = ["record", "-o", shell.path, "--duration", "200ms"]
      #expect(try shell.program.run().end == .status(0))
      #expect(try RecordedRun(path: shell.path).verdict.command == nil)
      shell.program.arguments = ["record", "-o", shell.path, "--force"]
      let running = try shell.program.start()
      // Its socket is there once it listens to signals.
      #expect(
        Settling.wait(seconds: 30) {
          (try? Directory.names(in: shell.directory))?.contains { $0.hasPrefix("ullage-") } == true
        })
      running.send(SIGINT)
      let run = try running.wait()
      #expect(run.end == .status(0), "\(run.message)")
      #expect(run.message.hasPrefix("verdict"), "\(run.message)")
    }
  }

  @Test func `a file that is there is not written over, and what is no recording never`() throws {
    try RecordedShell.with("exit 0") { shell in
      #expect(try shell.program.run().end == .status(0))
      let again = try shell.program.run()
      #expect(again.end == .status(2))
      #expect(again.message.contains("EEXIST"), "\(again.message)")
      shell.program.arguments.insert("--force", at: 1)
      #expect(try shell.program.run().end == .status(0))
      // A command that cannot be run replaces nothing.
      let before = try KernelFile.read(shell.path, limit: 16_777_216)
      var wrong = shell.program
      wrong.arguments.removeLast(3)
      wrong.arguments.append("/nowhere/command")
      #expect(try wrong.run().end == .status(127))
      #expect(try KernelFile.read(shell.path, limit: 16_777_216) == before)
      let end = shell.path.lastIndex(of: "/") ?? shell.path.startIndex
      let names = try Directory.names(in: String(shell.path[..<end]))
      #expect(names.allSatisfy { !$0.contains("replaced") })
      try TestFile.write([1, 2, 3], to: shell.path)
      #expect(try shell.program.run().end == .status(2))
      #expect(try KernelFile.read(shell.path) == [1, 2, 3])
    }
  }

  @Test(arguments: [["--", "sh", "-c", "sleep 0.3; exit 0"], ["--duration", "300ms"]])
  func `a report has the verdict that was given at the end, number for number`(
    _ command: [String]
  ) throws {
    try RecordedShell.with("") { shell in
      shell.program.arguments = ["record", "-o", shell.path, "--json", "-"] + command
      let recorded = try shell.program.run()
      #expect(recorded.end == .status(0), "\(recorded.message)")
      shell.program.arguments = ["report", shell.path, "--json"]
      let report = try shell.program.run()
      let start = try #require(recorded.text.firstRange(of: "\"started_at\""))
      let members = recorded.text[start.lowerBound...].dropLast(2)
      #expect(report.text.contains("\"run\":{\(members)}"), "\(members): \(report.text)")
    }
  }

  @Test func `the verdict is a document too`() throws {
    try RecordedShell.with("exit 0", ["--json", "-"]) { shell in
      let run = try shell.program.run()
      #expect(run.end == .status(0))
      let faults = try DocumentSchema("ullage.record-1").faults(run.output)
      #expect(faults == nil, "\(faults ?? "")")
    }
  }
}
