import OutputTestKit
import Testing

/// Standard output that does not take what it is given.
@Suite struct BrokenOutputTests {
  private static let commands = [
    [], ["--json"], ["sockets"], ["sockets", "--json"], ["sockets", "--csv"], ["--help"],
    ["help", "sockets"], ["--version"], ["plan", "--rate", "1", "--hold", "0"], ["doctor"],
    ["doctor", "--json"], ["owners"], ["owners", "--by", "process", "--json"],
  ]

  @Test(arguments: commands) func `a full disk is an error with a message`(
    _ arguments: [String]
  ) throws {
    let run = try ullage(arguments, output: .file("/dev/full"))
    #expect(run.end == .status(2))
    #expect(
      run.message
        == "ullage: cannot write to standard output: no space left on device (ENOSPC 28)\n")
  }

  @Test(arguments: commands) func `closed standard output is an error with a message`(
    _ arguments: [String]
  ) throws {
    let run = try ullage(arguments, output: .closed)
    #expect(run.end == .status(2))
    #expect(
      run.message == "ullage: cannot write to standard output: bad file descriptor (EBADF 9)\n")
  }

  @Test(arguments: commands + [["--watch", "0.01"]])
  func `a closed pipe ends the program quietly`(_ arguments: [String]) throws {
    let program = Program.built("ullage", arguments)
    // SIGPIPE is number 13.
    for (runner, end) in [
      (program, Program.Run.End.signal(13)), (program.ignoringBrokenPipes, .status(0)),
    ] {
      var runner = runner
      runner.output = .brokenPipe
      let run = try runner.run()
      #expect(run.end == end)
      #expect(run.message == "")
    }
  }
}
