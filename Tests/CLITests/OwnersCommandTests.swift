import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage owners` over real sockets, as root and as nobody.
@Suite(.needsRoot) struct OwnersCommandTests {
  private static func owners(_ arguments: [String] = []) -> Program {
    .built("ullage", ["owners"] + arguments)
  }

  @Test func `documents keep their schema, whoever asks for whatever`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let sockets = try SomeHolders()
        var documents: [UInt8] = []
        for arguments in [
          [], ["--by", "cgroup"], ["--by", "process"], ["--by", "user"], ["--redact"],
          ["--sampled", "1"], ["--exact", "--top", "0"], ["--protocol", "udp", "--by", "user"],
          ["-6"], ["--state", "time_wait", "--by", "user"], ["--destination", "127.0.0.1"],
        ] {
          let program = Self.owners(arguments + ["--json"])
          for runner in [program, program.unprivileged] {
            let run = try runner.run()
            ExitTestReport.check(run.end == .status(0), "\(arguments): \(run.message)")
            ExitTestReport.check(run.message == "", "\(arguments): \(run.message)")
            documents += run.output
          }
        }
        let faults = try DocumentSchema("ullage.owners-1").faults(documents)
        ExitTestReport.check(faults == nil, faults ?? "")
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `the first line says who holds how many, and where to`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_099)
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let sockets = try SomeHolders()
        let run = try Self.owners(["--by", "user"]).run()
        let first = run.text.split(separator: "\n").first ?? ""
        ExitTestReport.check(
          first
            == "root holds ≈5 of 100 ports (5.0 %), ≈5 of them to 127.0.0.1:5000; ≈1 socket in",
          run.text)
        // Inferred, and not counted as seen.
        ExitTestReport.check(run.text.contains("≈ TIME_WAIT and orphans"), run.text)
        let process = try Self.owners(["--by", "process"]).run().text
        ExitTestReport.check(process.contains(" holds ≈5 of 100 ports"), process)
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `nobody sees users and cgroups, and is told what processes need`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let sockets = try SomeHolders()
        for kind in ["user", "cgroup"] {
          let (mine, theirs) = (
            try Self.owners(["--by", kind]).run(),
            try Self.owners(["--by", kind]).unprivileged.run()
          )
          ExitTestReport.check(
            Self.table(mine.text) == Self.table(theirs.text), mine.text + theirs.text)
          ExitTestReport.check(!theirs.text.contains("note:"), theirs.text)
        }
        let run = try Self.owners(["--by", "process"]).unprivileged.run()
        ExitTestReport.check(run.end == .status(0), run.message)
        ExitTestReport.check(run.text.contains("nobody was found to hold them"), run.text)
        for word in ["could not be looked at", "EACCES 13", "CAP_SYS_PTRACE"] {
          ExitTestReport.check(run.text.contains(word), run.text)
        }
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `an idle namespace has nobody, which is an answer`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        for kind in ["user", "cgroup", "process"] {
          let run = try Self.owners(["--by", kind]).run()
          ExitTestReport.check(run.end == .status(0), run.message)
          ExitTestReport.check(
            run.text.hasPrefix("nobody holds a port of 32768–60999\n"), run.text)
        }
      }
    }
  }

  @Test(arguments: [
    ["--by", "container"], ["--sampled", "0"], ["--exact", "--sampled", "5"],
    ["--by", "user", "--exact"], ["--by", "cgroup", "--sampled", "5"], ["--top", "-1"],
    ["--netns", "all", "--ring", "/run/ullage"],
  ])
  func `wrong arguments are told`(_ arguments: [String]) throws {
    let run = try Self.owners(arguments).run()
    #expect(run.end == .status(64))
    #expect(run.output.isEmpty)
    #expect(!run.message.isEmpty)
  }

  /// The lines from the table's titles on.
  private static func table(_ text: String) -> [Substring] {
    Array(text.split(separator: "\n").drop { !$0.hasPrefix("USER") && !$0.hasPrefix("CGROUP") })
  }
}

/// Four connections, one in TIME_WAIT, a UDP socket.
private struct SomeHolders {
  let listener: TestSocket
  let connections: [Connection]
  let datagram: TestSocket

  init() throws {
    let server = try TestSocket.listener(.loopback(5000))
    listener = server
    var waiting = try Connection.established(server)
    try waiting.enterTimeWait()
    connections = [waiting] + (try (0..<4).map { _ in try .established(server) })
    datagram = try TestSocket.udp(connected: .loopback(7000))
    Settling.pause()
  }
}
