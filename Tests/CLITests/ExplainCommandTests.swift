import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage explain` as a program: documents, statuses, and what nobody may see.
@Suite(.needsRoot) struct ExplainCommandTests {
  /// Seventeen of twenty ports to one listener, in TIME_WAIT.
  private static func closeFirst(_ namespace: TestNamespace) throws -> TestSocket {
    try namespace.setPortRange(40_000, 40_019)
    let listener = try TestSocket.listener(.loopback(5000))
    // Loopback pairs may be taken over after a second: not here.
    try namespace.write("0", to: "ipv4/tcp_tw_reuse")
    for _ in 0..<17 {
      var connection = try Connection.established(listener)
      try connection.enterTimeWait()
    }
    return listener
  }

  @Test func `documents keep their schema, whoever asks for whatever`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let listener = try Self.closeFirst(namespace)
        var documents: [UInt8] = []
        for arguments in [
          [], ["--redact"], ["-4"], ["-6"], ["--destination", "127.0.0.1"], ["--dport", "1"],
          ["--warning", "0.99", "--critical", "1"], ["--exact"],
        ] {
          let program = Program.built("ullage", ["explain", "--json"] + arguments)
          for runner in [program, program.unprivileged] {
            let run = try runner.run()
            ExitTestReport.check(run.end == .status(0), run.message)
            ExitTestReport.check(run.message == "", run.message)
            documents += run.output
          }
        }
        let faults = try DocumentSchema("ullage.explain-1").faults(documents)
        ExitTestReport.check(faults == nil, faults ?? "")
        withExtendedLifetime(listener) {}
      }
    }
  }

  @Test func `the page names the pool, and so does the snapshot's last line; nobody sees it too`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let listener = try Self.closeFirst(namespace)
        let program = Program.built("ullage", ["explain"])
        for run in [try program.run(), try program.unprivileged.run()] {
          ExitTestReport.check(
            run.text.hasPrefix("1. 127.0.0.1 → 127.0.0.1:5000 is filling up (warning)\n"), run.text)
          ExitTestReport.check(
            run.text.contains("sysctl -w net.ipv4.tcp_tw_reuse=1\n"), run.text)
          ExitTestReport.check(run.text.contains("frees 17 ports, each 1 s after"), run.text)
        }
        let page = try ullage([]).text
        ExitTestReport.check(
          page.contains("\nWHY   127.0.0.1 → 127.0.0.1:5000 is filling up: "), page)
        ExitTestReport.check(page.contains("this side closes first"), page)
        withExtendedLifetime(listener) {}
      }
    }
  }

  @Test func `the status is one where a level was asked for and is reached`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let listener = try Self.closeFirst(namespace)
        for (level, status) in [
          ("ok", 1), ("cliff", 1), ("warning", 1), ("critical", 0), ("exhausted", 0),
        ] as [(String, Int32)] {
          let run = try ullage(["explain", "--fail-at", level])
          ExitTestReport.check(run.end == .status(status), "\(level): \(run.end)")
          ExitTestReport.check(run.text.hasPrefix("1. "), run.text)
        }
        withExtendedLifetime(listener) {}
      }
    }
  }

  @Test func `nothing found is one line, and what it is not`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let run = try ullage(["explain"])
        let lines = run.text.split(separator: "\n")
        ExitTestReport.check(run.end == .status(0), run.message)
        ExitTestReport.check(
          lines.first
            == "OK  nothing found: nothing outbound; 28,232 ports of 32768–60999 are free",
          run.text)
        // Where it is broken depends on which limits this host has.
        let words = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        ExitTestReport.check(words.contains("no listener stands in the way"), run.text)
      }
    }
  }

  @Test(arguments: [["explain"], ["explain", "--json"]])
  func `a closed pipe ends quietly, a full disk does not`(_ arguments: [String]) throws {
    #expect(try ullage(arguments, output: .brokenPipe).message == "")
    let full = try ullage(arguments, output: .file("/dev/full"))
    #expect(full.end == .status(2))
    #expect(full.message.contains("ENOSPC"))
  }
}
