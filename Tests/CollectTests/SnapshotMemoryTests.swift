import FrameRing
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// The snapshot beside a running collector: what only memory knows, with its age.
@Suite(.needsRoot) struct SnapshotMemoryTests {
  @Test func `owners have from a collector whose TIME_WAIT it is, of a unit that has gone too`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        // What waits is not to be taken over meanwhile.
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        guard let unit = try TestCgroup.make() else { return }
        try withFolder { directory in
          let collector = try Program.built(
            "ullage",
            ["collect", "--netns", "own", "--interval", "0.05", "--ring", "\(directory)/ullage"]
          ).start()
          func owners(_ arguments: String..., ring: String? = nil) throws -> String {
            var program = Program.built(
              "ullage",
              ["owners", "--json"] + arguments + (ring.map { ["--ring", $0] } ?? []))
            program.environment["XDG_RUNTIME_DIR"] = directory
            let run = try program.run()
            return run.end == .status(0) ? run.text : run.message
          }
          let server = try TestSocket.listener(.loopback(5000))
          let kept = try unit.run { try (0..<2).map { _ in try Connection.established(server) } }
          var gone = ""
          do {
            guard let brief = try TestCgroup.make() else { return }
            gone = brief.name
            var lost = try brief.run {
              try (0..<7).map { _ in try Connection.established(server) }
            }
            Settling.pause(milliseconds: 500)
            ExitTestReport.check(
              try owners().contains("\"memory_age_ns\":null"), "nothing was forgotten yet")
            for index in lost.indices { try lost[index].enterTimeWait() }
          }
          // The kernel has forgotten, and the one that lives is not to be blamed.
          let told = "\"name\":\"\(gone)\",\"ports\":7,\"time_wait\":7,\"inferred\":true"
          let own = "\"name\":\"\(unit.name)\",\"ports\":2,\"time_wait\":0,\"inferred\":false"
          var text = ""
          let isTold = try Settling.wait {
            text = try owners("--by", "cgroup")
            return text.contains(told) && text.contains(own)
          }
          ExitTestReport.check(isTold, text)
          ExitTestReport.check(
            text.contains("\"id\":\"from_collector\"") && !text.contains("collector_remembers")
              && !text.contains("\"memory_age_ns\":null"), text)
          let other = try owners("--by", "user")
          ExitTestReport.check(
            other.contains("\"id\":\"collector_remembers\"")
              && other.contains("\"memory_age_ns\":null"), other)
          ExitTestReport.check(
            try owners("--by", "cgroup", ring: "\(directory)/ullage").contains(told), "--ring")
          let nobody = try owners("--by", "cgroup", ring: "\(directory)/none.ring")
          ExitTestReport.check(
            nobody.contains("\"name\":\"\(unit.name)\",\"ports\":9,\"time_wait\":7")
              && nobody.contains("\"id\":\"ring_unwritten\""), nobody)
          let damaged = "\(directory)/damaged.ring"
          try WrittenFile.replace(damaged, with: Array("no ring at all".utf8))
          let refused = try owners("--by", "cgroup", ring: damaged)
          ExitTestReport.check(refused.contains("\"id\":\"ring_unreadable\""), refused)
          collector.send(SIGTERM)
          _ = try collector.wait()
          // What nobody writes any more is the past: shared by those who live.
          let after = try owners("--by", "cgroup")
          ExitTestReport.check(
            !after.contains("collector") && after.contains("\"name\":\"\(unit.name)\",\"ports\":9"),
            after)
          withExtendedLifetime((server, kept)) {}
        }
      }
    }
  }

  @Test func `what happened since a collector looked is told as far as it is known`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        guard let few = try TestCgroup.make(), let many = try TestCgroup.make(),
          let reset = try TestCgroup.make()
        else { return }
        try withFolder { directory in
          let collector = try Program.built(
            "ullage", ["collect", "--netns", "own", "--interval", "1", "--ring", directory]
          ).start()
          let server = try TestSocket.listener(.loopback(5000))
          let other = try TestSocket.listener(.loopback(5001))
          var fewer = try few.run { try (0..<4).map { _ in try Connection.established(server) } }
          var more = try many.run { try (0..<60).map { _ in try Connection.established(server) } }
          var gone = try reset.run { try (0..<3).map { _ in try Connection.established(other) } }
          var lone = try few.run { try Connection.established(other) }
          Settling.pause(milliseconds: 1500)
          try fewer[0].enterTimeWait()
          try lone.enterTimeWait()
          Settling.pause(milliseconds: 1500)
          // From here on it sees nothing, and is believed for three seconds.
          collector.send(SIGSTOP)
          for index in 0..<50 { try more[index].halfCloseClient() }
          Settling.pause()
          for index in 0..<50 { more[index].closeServer() }
          Settling.pause()
          for index in 0..<50 { more[index].closeClient() }
          for index in gone.indices {
            try gone[index].client?.setReset()
            gone[index].closeClient()
          }
          let text = try Program.built("ullage", ["owners", "--json", "--ring", directory]).run()
            .text
          func told(_ name: String, _ ports: Int, _ timeWait: Int) -> String {
            "\"name\":\"\(name)\",\"ports\":\(ports),\"time_wait\":\(timeWait),"
          }
          ExitTestReport.check(
            text.contains(told(few.name, 5, 2)) && text.contains(told(many.name, 60, 50)), text)
          // It holds nothing any more.
          ExitTestReport.check(!text.contains(reset.name), text)
          collector.send(SIGCONT)
          collector.send(SIGTERM)
          _ = try collector.wait()
          withExtendedLifetime((server, other, fewer, more, gone, lone)) {}
        }
      }
    }
  }

  @Test func `without a kind those are told whom a collector saw, where nobody else is left`() async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        try withFolder { directory in
          let collector = try Program.built(
            "ullage",
            ["collect", "--netns", "own", "--interval", "0.05", "--ring", "\(directory)/ullage"]
          ).start()
          func owners(_ arguments: String...) throws -> String {
            var program = Program.built("ullage", ["owners", "--json"] + arguments)
            program.environment["XDG_RUNTIME_DIR"] = directory
            let run = try program.run()
            return run.text + run.message
          }
          var name = ""
          do {
            guard let brief = try TestCgroup.make() else { return }
            name = brief.name
            let server = try TestSocket.listener(.loopback(5000))
            var lost = try brief.run { try (0..<4).map { _ in try Connection.established(server) } }
            Settling.pause(milliseconds: 400)
            for index in lost.indices { try lost[index].enterTimeWait() }
          }
          var text = ""
          let isTold = try Settling.wait {
            text = try owners()
            return text.contains("\"by\":\"cgroup\"")
              && text.contains("\"name\":\"\(name)\",\"ports\":4,\"time_wait\":4,")
          }
          ExitTestReport.check(isTold, text)
          let all = try owners("--netns", "all", "--by", "process")
          ExitTestReport.check(all.contains("\"id\":\"collector_remembers\""), all)
          collector.send(SIGTERM)
          _ = try collector.wait()
        }
      }
    }
  }

  @Test func `all namespaces' owners have each its own collector's memory`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        guard let unit = try TestCgroup.make(), let other = try TestCgroup.make() else { return }
        try withFolder { directory in
          let collector = try Program.built(
            "ullage",
            ["collect", "--netns", "own", "--interval", "0.05", "--ring", "\(directory)/ullage"]
          ).start()
          let server = try TestSocket.listener(.loopback(5000))
          let kept = try unit.run { try Connection.established(server) }
          var lost = try other.run { try Connection.established(server) }
          Settling.pause(milliseconds: 500)
          try lost.enterTimeWait()
          let told = "\"name\":\"\(other.name)\",\"ports\":1,\"time_wait\":1,\"inferred\":true"
          var text = ""
          let isTold = try Settling.wait {
            var program = Program.built(
              "ullage", ["owners", "--netns", "all", "--by", "cgroup", "--top", "1000", "--json"])
            program.environment["XDG_RUNTIME_DIR"] = directory
            text = try program.run().text
            return text.contains(told)
          }
          ExitTestReport.check(isTold && text.contains("from_collector"), text)
          collector.send(SIGTERM)
          _ = try collector.wait()
          withExtendedLifetime((server, kept)) {}
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
