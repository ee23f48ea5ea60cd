import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// What the program writes for programs, with real sockets, as root and as nobody.
@Suite(.needsRoot) struct DocumentTests {
  @Test func `documents keep their schemas, whoever asks for whatever`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let sockets = try SomeSockets()
        var snapshots: [UInt8] = [], listings: [UInt8] = []
        for arguments in [
          [], ["--redact"], ["-4"], ["-6"], ["--top", "0"], ["--top", "1"],
          ["--source", "127.0.0.0/8"], ["--destination", "127.0.0.1", "--dport", "5000"],
          ["--state", "time_wait"], ["--max-pools", "8"], ["--exact"],
        ] {
          for program in [Program.built("ullage", ["--json"] + arguments)] {
            for runner in [program, program.unprivileged] {
              let run = try runner.run()
              #expect(run.end == .status(0), "\(run.message)")
              #expect(run.message == "")
              snapshots += run.output
            }
          }
        }
        for arguments in [
          [], ["--redact"], ["-6"], ["--sort", "state"], ["--state", "time_wait,listen"],
          ["--protocol", "udp"], ["--sport", "1"],
        ] {
          let program = Program.built("ullage", ["sockets", "--json"] + arguments)
          for runner in [program, program.unprivileged] { listings += try runner.run().output }
        }
        let faults =
          try DocumentSchema("ullage.snapshot-1").faults(snapshots)
          ?? DocumentSchema("ullage.sockets-1").faults(listings)
        #expect(faults == nil, "\(faults ?? "")")
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `nobody sees all sockets, and is told where the namespace is a guess`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let sockets = try SomeSockets()
        let program = Program.built("ullage", ["sockets", "--csv", "--sort", "source"])
        let (seen, less) = (try program.run(), try program.unprivileged.run())
        #expect(seen.text.split(separator: "\n").count > 5)
        #expect(Self.withoutTimers(seen.text) == Self.withoutTimers(less.text))
        let document = try Program.built("ullage", ["--json"]).unprivileged.run().text
        if KernelVersion.running().has(.namesInitialNamespace) {
          // The host's namespace has a constant inode there: this is another one, and nobody guesses.
          #expect(document.contains("\"name\":\"netns:"))
          #expect(!document.contains("namespace_assumed"))
        } else {
          #expect(document.contains("\"name\":\"host\""))
          #expect(document.contains("\"id\":\"namespace_assumed\""))
        }
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `colours come when asked for, and characters with the locale`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let sockets = try SomeSockets()
        let plain = try ullage([]).output
        #expect(!plain.contains(0x1b))
        #expect(try ullage(["--color", "always"]).output.contains(0x1b))
        #expect(try ullage(["--color", "always"], ["NO_COLOR": "1"]).output.contains(0x1b))
        #expect(plain.contains { $0 > 0x7f })
        for variable in ["LC_ALL", "LC_CTYPE", "LANG"] {
          #expect(try ullage([], [variable: "C"]).output.allSatisfy { $0 < 0x80 })
          #expect(try ullage([], [variable: "de_DE.utf8"]).output.contains { $0 > 0x7f })
        }
        let wide = try ullage([], ["COLUMNS": "120"]).text
        #expect(wide.contains("ESTABLISHED"))
        #expect(!String(decoding: plain, as: UTF8.self).contains("ESTABLISHED"))
        withExtendedLifetime(sockets) {}
      }
    }
  }

  /// The rows without what changes between two looks: the time that a minisock has left.
  private static func withoutTimers(_ csv: String) -> [String] {
    csv.split(separator: "\n").map { line in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      fields[12] = ""
      return fields.joined(separator: ",")
    }.sorted()
  }
}

/// A few sockets of each kind.
private struct SomeSockets {
  let listeners: [TestSocket]
  let connections: [Connection]
  let others: [TestSocket]

  init() throws {
    let ipv4 = try TestSocket.listener(.loopback(5000))
    let ipv6 = try TestSocket.listener(.loopbackIPv6(5001))
    var waiting = try Connection.established(ipv4)
    try waiting.enterTimeWait()
    var orphan = try Connection.established(ipv4)
    orphan.closeClient()
    listeners = [ipv4, ipv6]
    connections = [try .established(ipv4), try .established(ipv6), waiting, orphan]
    others = [
      try .bound(.loopback(0)), try .udp(bound: .loopback(7000)),
      try .udp(connected: .loopback(7000)), try .udp(bound: .loopbackIPv6(0)),
    ]
    Settling.pause()
  }
}
