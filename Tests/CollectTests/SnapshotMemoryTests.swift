import FrameRing
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// The snapshot beside a running collector: what only memory knows, with its age.
@Suite(.needsRoot) struct SnapshotMemoryTests {
  @Test func `owners say that a collector remembers, where one does and something is forgotten`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        try withFolder { directory in
          let collector = try Program.built(
            "ullage",
            ["collect", "--netns", "own", "--interval", "0.05", "--ring", "\(directory)/ullage"]
          ).start()
          func owners() throws -> String {
            var program = Program.built("ullage", ["owners", "--by", "user", "--json"])
            program.environment["XDG_RUNTIME_DIR"] = directory
            return try program.run().text
          }
          let server = try TestSocket.listener(.loopback(5000))
          var connection = try Connection.established(server)
          let beside = try Connection.established(server)
          Settling.pause(milliseconds: 500)
          let before = try owners()
          try connection.enterTimeWait()
          var text = ""
          for _ in 0..<100 where !text.contains("collector_remembers") {
            Settling.pause(milliseconds: 50)
            text = try owners()
          }
          ExitTestReport.check(!before.contains("collector_remembers"), before)
          ExitTestReport.check(text.contains("\"id\":\"collector_remembers\""), text)
          collector.send(SIGTERM)
          _ = try collector.wait()
          let after = try owners()
          ExitTestReport.check(!after.contains("collector_remembers"), after)
          withExtendedLifetime((server, connection, beside)) {}
        }
      }
    }
  }

  @Test func `a snapshot has the memory of the collector of its namespace, and of no other`() throws
  {
    try withFolder { directory in
      let collector = try Program.built(
        "ullage",
        ["collect", "--netns", "own", "--interval", "0.05", "--ring", "\(directory)/ullage"]
      ).start()
      let ring = "\(directory)/ullage/host.ring"
      for _ in 0..<250 where (try? FrameRingReader(path: ring).newest()) == nil {
        Settling.pause(milliseconds: 20)
      }
      func snapshot(_ arguments: [String] = []) throws -> String {
        var program = Program.built("ullage", ["--json"] + arguments)
        program.environment["XDG_RUNTIME_DIR"] = directory
        let run = try program.run()
        #expect(run.end == .status(0), "\(run.message)")
        return String(decoding: run.output, as: UTF8.self)
      }
      let remembered = try snapshot()
      #expect(remembered.contains("\"id\":\"from_collector\""), "\(remembered)")
      #expect(!remembered.contains("\"id\":\"no_collector\""))
      // Whoever cannot count failures says so; whoever can has a number.
      #expect(
        remembered.contains("\"id\":\"failures_unavailable\"")
          == remembered.contains("\"connect_total\":null"))

      // A ring at another place is named; one that cannot be read is said, without its path.
      let named = try Program.built("ullage", ["--json", "--ring", ring]).run()
      #expect(String(decoding: named.output, as: UTF8.self).contains("from_collector"))
      let damaged = "\(directory)/damaged.ring"
      try WrittenFile.replace(damaged, with: Array("no ring at all".utf8))
      let refused = try snapshot(["--ring", damaged, "--redact"])
      #expect(refused.contains("ring_unreadable") && refused.contains("no_collector"))
      #expect(!refused.contains("damaged.ring"))
      #expect(try snapshot(["--ring", "\(directory)/none.ring"]).contains("ring_unwritten"))

      collector.send(SIGTERM)
      _ = try collector.wait()
      // What nobody writes any more is the past, not the present.
      #expect(try snapshot().contains("\"id\":\"no_collector\""))
    }
  }
}
