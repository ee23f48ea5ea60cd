import FrameRing
import Frames
import Glibc
import HostFacts
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import Testing

/// `ullage collect --netns all` as a process, over namespaces that come, fill and go.
@Suite(.needsRoot) struct FleetTests {
  @Test func `a namespace that fills is collected under its name, and let go when it is removed`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFleet { directory in
        let made = try MadeNamespace(ports: "40000 40099"), quiet = try MadeNamespace()
        try ip("link", "add", "canary", "type", "veth", "peer", "name", "x", "netns", made.name)
        let configuration = try Self.alarm(period: "100ms", in: directory)
        // All that may be entered, since nobody says otherwise.
        let collector = try Program.built(
          "ullage",
          [
            "collect", "--ring", directory, "--interval", "0.1", "--config", configuration,
            "--ring-total", Self.roomForAll,
          ]
        ).start()

        var sockets = try made.connect(40)
        let cookie = try made.inside { _ in NetworkNamespace.currentCookie() } ?? 0
        let path = "\(directory)/ns-\(cookie).ring"
        let isCounted = Settling.wait(seconds: 30) {
          guard let frame = try? FrameRingReader(path: path).newest() else { return false }
          return frame.pools.contains { $0.key.kind == .connect && $0.inUse.last == 40 }
        }
        ExitTestReport.check(isCounted, "no frame of \(made.name) has its 40 ports")
        let history = try Program.built(
          "ullage", ["history", "--json", "--ring", directory, "--netns", made.name]
        ).run()
        ExitTestReport.check(
          history.end == .status(0) && history.text.contains("\"namespace\":\"\(made.name)\""),
          "\(history.message) \(history.text.prefix(300))")
        let rings = try Directory.names(in: directory)
        let other = try quiet.inside { _ in NetworkNamespace.currentCookie() } ?? 0
        ExitTestReport.check(
          !rings.contains("ns-\(other).ring"), "a quiet namespace has a ring: \(rings)")

        // By its name, its number, and in a list.
        let rings2 = try Program.built("ullage", ["ring", "list", "--json", "--ring", directory])
          .run()
        ExitTestReport.check(
          rings2.end == .status(0) && rings2.text.contains("\"namespace\":\"\(made.name)\""),
          "\(rings2.message) \(rings2.text)")
        let faults = try DocumentSchema("ullage.rings-1").faults(rings2.output)
        ExitTestReport.check(faults == nil, faults ?? "")
        let isRaised = Settling.wait(seconds: 30) {
          let frame = try? FrameRingReader(path: path).newest()
          return frame.map { $0.alarms.contains { $0.isRaised } } ?? false
        }
        ExitTestReport.check(isRaised, "no alarm of 40 in 100 ports above 0.3")
        let process = try made.inside { _ in try SleepingProcess() }
        for arguments in [["log", "--count", "1"], ["check"], ["alarms"]] {
          // A busy machine may leave an interval without a frame.
          var said = ""
          let isTold = try Settling.wait(seconds: 10) {
            let run = try Program.built(
              "ullage", arguments + ["--ring", directory, "--netns", "\(process.processID)"]
            ).run()
            said = "\(run.message) \(run.text)"
            return run.text.contains("127.0.0.1")
          }
          ExitTestReport.check(isTold, "\(arguments): \(said)")
        }
        for arguments in [["--json"], ["explain", "--json"]] {
          // Nor is a ring fresh whose collector got no processor for a few intervals.
          var said = ""
          let isTold = try Settling.wait(seconds: 10) {
            let run = try Program.built(
              "ullage", arguments + ["--netns", "all", "--ring", directory]
            ).run()
            said = "\(run.message) \(run.text.prefix(500))"
            return run.text.contains("from_collector") && run.text.contains(made.name)
          }
          ExitTestReport.check(isTold, "\(arguments): \(said)")
        }

        // Only the collector's thread, and sockets of which nobody can tell, are in it then.
        try process.end()
        try made.remove()
        let end = try FrameRingReader(path: path)
        let isClosed = try Settling.wait(seconds: 30) {
          try end.refresh()
          return end.writer.isClosed
        }
        ExitTestReport.check(isClosed, "the ring of what has gone is not closed")
        sockets.removeAll()
        let isGone = Settling.wait(seconds: 30) {
          let text = (try? KernelFile.read("/proc/thread-self/net/dev")) ?? []
          return !String(decoding: text, as: UTF8.self).contains("canary:")
        }
        ExitTestReport.check(isGone, "the collector keeps a namespace that was removed")
        let events = try end.events(from: 0, through: .max, limit: 1000)
        ExitTestReport.check(
          events.contains {
            $0.kind == .alarmCleared && $0.text.contains("the network namespace is gone")
          }, "no alarm was cleared by the end: \(events.map(\.text))")
        let last = try end.newest()
        ExitTestReport.check(
          last.map { !$0.alarms.contains { $0.isRaised } } ?? false,
          "the last frame says still that an alarm is raised")
        // By its name it can be read still.
        let after = try Program.built(
          "ullage", ["alarms", "--ring", directory, "--netns", made.name]
        ).run()
        ExitTestReport.check(
          after.end == .status(0) && after.text.contains("namespace is gone"),
          "\(after.message) \(after.text)")
        collector.send(SIGTERM)
        let run = try collector.wait()
        ExitTestReport.check(run.end == .status(0), "\(run.message)")
        ExitTestReport.check(
          run.message.contains("the \(made.name) namespace is collected no more: it has gone"),
          "\(run.message)")
      }
    }
  }

  @Test func `a hangup neither repeats an alarm of a member nor forgets it`() async {
    await #expect(processExitsWith: .success) {
      inFleet { directory in
        let made = try MadeNamespace(ports: "40000 40099")
        let configuration = try Self.alarm(period: "5s", in: directory)
        let collector = try Program.built(
          "ullage",
          [
            "collect", "--ring", directory, "--interval", "0.1", "--budget", "0.5", "--config",
            configuration, "--ring-total", Self.roomForAll,
          ]
        ).start()
        let sockets = try made.connect(40)
        let cookie = try made.inside { _ in NetworkNamespace.currentCookie() } ?? 0
        let path = "\(directory)/ns-\(cookie).ring"
        func events(_ kind: Event.Kind) -> Int {
          let all = try? FrameRingReader(path: path).events(from: 0, through: .max, limit: 1000)
          return (all ?? []).count { $0.kind == kind }
        }
        ExitTestReport.check(
          Settling.wait(seconds: 30) { events(.alarmRaised) > 0 }, "no alarm is raised")
        let tick = try FrameRingReader(path: path).newest()?.takenAtNanoseconds ?? 0
        collector.send(SIGHUP)
        var after: Frame?
        let isAgain = Settling.wait(seconds: 90) {
          after = try? FrameRingReader(path: path).newest()
          return events(.collectorStarted) == 2 && after?.takenAtNanoseconds ?? 0 > tick
            && after?.alarms.isEmpty == false
        }
        let starts = events(.collectorStarted)
        ExitTestReport.check(
          events(.alarmRaised) == 1 && events(.alarmCleared) == 0,
          "\(events(.alarmRaised)) raised, \(events(.alarmCleared)) cleared")
        // With its sockets still there, so that only the end clears it.
        try made.remove()
        ExitTestReport.check(
          Settling.wait(seconds: 30) { events(.alarmCleared) == 1 }, "it is not cleared")
        withExtendedLifetime(sockets) {}
        collector.send(SIGTERM)
        let run = try collector.wait()
        ExitTestReport.check(
          isAgain,
          "no frame with an alarm follows the hangup: \(starts) starts, \(after?.alarms ?? []); \(run.message)"
        )
        ExitTestReport.check(run.end == .status(0), "\(run.message)")
      }
    }
  }

  @Test func `what may not be entered is said, with why`() async {
    await #expect(processExitsWith: .success) {
      inFleet { directory in
        let made = try MadeNamespace()
        // Root of a user namespace of its own, which has every capability and no right to other namespaces.
        let collector = try Program(
          "/usr/bin/env",
          [
            "unshare", "--user", "--map-root-user", Program.built("ullage").path, "collect",
            "--ring", directory, "--interval", "0.1",
          ]
        ).start()
        let hasFrames = Self.isAtTick(20, in: directory)
        collector.send(SIGTERM)
        let run = try collector.wait()
        ExitTestReport.check(hasFrames && run.end == .status(0), "\(run.message)")
        ExitTestReport.check(
          run.message.contains("cannot be looked into") && run.message.contains("EPERM"),
          "\(run.message)")
        withExtendedLifetime(made) {}
      }
    }
  }

  @Test func `a reload that wants all says why it gets its own alone`() async {
    await #expect(processExitsWith: .success) {
      inFleet { directory in
        let configuration = "\(directory)/ullage.json5"
        try TestFile.write(Array("{ netns: 'own' }".utf8), to: configuration)
        let collector = try Program(
          "/usr/bin/env",
          [
            "setpriv", "--inh-caps=-all", "--bounding-set=-sys_admin",
            Program.built("ullage").path, "collect", "--ring", directory, "--interval", "0.1",
            "--config", configuration,
          ]
        ).start()
        func events(_ kind: Event.Kind) -> Int {
          let rings = (try? Directory.names(in: directory))?.filter { $0.hasSuffix(".ring") } ?? []
          return rings.reduce(0) { sum, name in
            let reader = try? FrameRingReader(path: "\(directory)/\(name)")
            let all = try? reader?.events(from: 0, through: .max, limit: 100)
            return sum + (all ?? []).count { $0.kind == kind }
          }
        }
        ExitTestReport.check(
          Settling.wait(seconds: 30) { events(.collectorStarted) == 1 }, "it does not start")
        try TestFile.write(Array("{ netns: 'all' }".utf8), to: configuration)
        for count in 1...2 {
          collector.send(SIGHUP)
          ExitTestReport.check(
            Settling.wait(seconds: 30) { events(.configurationReloaded) == count }, "no reload")
        }
        collector.send(SIGTERM)
        let run = try collector.wait()
        let said = run.message.split(separator: "\n").filter { $0.contains("CAP_SYS_ADMIN") }
        ExitTestReport.check(said.count == 1, "\(run.message)")
      }
    }
  }

  @Test func `its own namespace alone is collected where that was said, or no other may be`() async
  {
    await #expect(processExitsWith: .success) {
      inFleet { directory in
        let made = try MadeNamespace(ports: "40000 40099")
        let sockets = try made.connect(40)
        let limited = [
          "setpriv", "--inh-caps=-all", "--bounding-set=-sys_admin",
          Program.built("ullage").path, "collect", "--ring", directory, "--interval", "0.1",
        ]
        for (program, says) in [
          (Program.built("ullage", Array(limited.dropFirst(4)) + ["--netns", "own"]), false),
          (Program("/usr/bin/env", limited), true),
        ] {
          let collector = try program.start()
          // Three looks at the others, if there were any.
          let hasFrames = Self.isAtTick(30, in: directory)
          collector.send(SIGTERM)
          let run = try collector.wait()
          ExitTestReport.check(hasFrames && run.end == .status(0), "\(run.message)")
          let rings = try Directory.names(in: directory).filter { $0.hasSuffix(".ring") }
          ExitTestReport.check(rings.count == 1, "\(rings)")
          let said = run.message.split(separator: "\n").filter { $0.contains("CAP_SYS_ADMIN") }
          ExitTestReport.check(said.count == (says ? 1 : 0), "\(run.message)")
          for ring in rings { remove("\(directory)/\(ring)") }
        }
        withExtendedLifetime(sockets) {}
      }
    }
  }

  /// Other tests' namespaces that are full are collected, too: with the usual room the one that is meant might not be.
  private static var roomForAll: String { "256MiB" }

  /// A configuration with one alarm, at 0.3 of a pool.
  private static func alarm(period: String, in directory: String) throws -> String {
    let path = "\(directory)/ullage.json5"
    let text = "{ alarms: [{ name: 'pool', threshold: 0.3, hits: 1, period: '\(period)' }] }"
    try TestFile.write(Array(text.utf8), to: path)
    return path
  }

  /// Whether a ring in this directory comes to so many ticks.
  private static func isAtTick(_ tick: UInt64, in directory: String) -> Bool {
    Settling.wait(seconds: 30) {
      let rings = (try? Directory.names(in: directory)) ?? []
      return rings.contains { name in
        name.hasSuffix(".ring")
          && (try? FrameRingReader(path: "\(directory)/\(name)").newest())
            .map { $0.tick >= tick } ?? false
      }
    }
  }
}

/// Runs `body` in a fresh namespace, with a directory for rings.
private func inFleet(_ body: (String) throws -> Void) {
  inFreshNamespace { _ in try withFolder(body) }
}
