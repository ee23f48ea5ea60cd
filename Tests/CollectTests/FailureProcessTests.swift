import FrameRing
import Frames
import Glibc
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import Ring
import Testing

/// Failed connects from the kernel to what people read: `collect`, `history`, `check`, `alarms`.
extension FailureTests {
  @Suite(.needsRoot) struct FailureProcessTests {
    @Test func `failures reach frames, events, history, check and the alarm, and clear again`()
      async
    {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          try withFolder { directory in
            try namespace.setPortRange(40_000, 40_009)
            // It inherits the namespace of this thread.
            let collector = try Program.built(
              "ullage", ["collect", "--interval", "0.1", "--ring", directory]
            ).start()
            let path = try ring(in: directory)
            let reader = try FrameRingReader(path: path)
            var load = try FailingConnects(namespace, port: 7107)
            let began = Clock.monotonicNanoseconds()
            load.fail(2)
            let key = PoolKey.connect(
              source: IPAddress(ipv4: 0x7f00_0001), destination: IPAddress(ipv4: 0x7f00_0001),
              port: 7107, interface: 0)
            let isRaised = try Settling.wait {
              try events(of: reader).contains {
                $0.kind == .alarmRaised && $0.alarm?.rule == "failures"
              }
            }
            let seconds = Double(Clock.monotonicNanoseconds() - began) / 1_000_000_000
            ExitTestReport.check(isRaised && seconds < 3, "raised after \(seconds) s")
            // A storm of other tests' failures may take the rings' room: then once more.
            let text = "connects failed: 127.0.0.1 → 127.0.0.1:7107 (pid \(getpid()) "
            let isTold = try Settling.wait {
              if try events(of: reader).contains(where: {
                $0.kind == .connectsFailed && $0.text.contains(text)
              }) {
                return true
              }
              load.fail(2)
              Settling.pause(milliseconds: 200)
              return false
            }
            let texts = try events(of: reader).map(\.text)
            ExitTestReport.check(isTold, "events: \(texts)")
            try reader.refresh()
            let frames = try reader.frames(from: 0, through: .max, limit: 1000)
            let counted = frames.reduce(0) { $0 + ($1.counters[.connectFailures] ?? 0) }
            let own = frames.flatMap(\.pools).filter { $0.key == key }.reduce(0) {
              $0 + ($1.failures ?? 0)
            }
            // Host-wide: other tests may fail at the same time; the pool's are this test's alone.
            ExitTestReport.check(counted >= load.total, "\(counted) of \(load.total)")
            let ledger = load.ledger.filter { $0.key.source.isIPv4 }.values.reduce(0, +)
            ExitTestReport.check(own > 0 && own <= ledger, "\(own) of \(ledger)")
            for frame in frames {
              let parts: [HostCounter] = [
                .connectFailuresAttributed, .connectFailuresUnattributed, .connectFailuresLost,
              ]
              let sum = parts.reduce(0) { $0 + (frame.counters[$1] ?? 0) }
              ExitTestReport.check(sum == frame.counters[.connectFailures], "does not add up")
              ExitTestReport.check(!frame.flags.contains(.failuresUnavailable), "not counted")
            }
            ExitTestReport.check(frames.last?.verdict == .exhausted, "no verdict")
            let history = try Program.built("ullage", ["history", "--json", "--ring", path]).run()
            ExitTestReport.check(
              history.text.contains("connects_failed"), "history: \(history.message)")
            let check = try Program.built("ullage", ["check", "--ring", path]).run()
            ExitTestReport.check(check.end == .status(2), "check: \(check.text)")
            let alarms = try Program.built("ullage", ["alarms", "--ring", path]).run()
            ExitTestReport.check(alarms.text.contains("failures"), "alarms: \(alarms.text)")

            let isCleared = try clearsWhenQuiet(reader)
            ExitTestReport.check(isCleared, "the alarm stays")
            collector.send(SIGTERM)
            let run = try collector.wait()
            ExitTestReport.check(run.end == .status(0), "\(run.message)")
            ExitTestReport.check(!run.message.contains("not counted"), "\(run.message)")
            withExtendedLifetime(load) {}
          }
        }
      }
    }

    @Test
    func `where perf events are forbidden a trace instance counts, and goes with the collector`()
      async
    {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          try withFolder { directory in
            try namespace.setPortRange(40_000, 40_009)
            // Without CAP_SYS_ADMIN it mounts none itself, and not every host has one mounted.
            let script = """
              mount -t tracefs tracefs /sys/kernel/tracing || exit 99
              exec setpriv --bounding-set=-perfmon,-sys_admin \
                "$0" collect --interval 0.1 --ring "$1"
              """
            let collector = try Program(
              "/usr/bin/env",
              [
                "unshare", "--mount", "/bin/sh", "-c", script, Program.built("ullage").path,
                directory,
              ]
            ).start()
            let path = try ring(in: directory)
            // Wherever it is mounted, it is the same.
            let tracefs = try DetachedTracefs()
            let instance = "\(tracefs.path)/instances/ullage-\(collector.processID)"
            ExitTestReport.check(Directory.exists(instance), "no \(instance)")
            var load = try FailingConnects(namespace, port: 7109)
            load.fail(2)
            let reader = try FrameRingReader(path: path)
            let isMarked = try Settling.wait {
              try reader.refresh()
              let frames = try reader.frames(from: 0, through: .max, limit: 1000)
              return frames.flatMap(\.pools).contains {
                $0.key.target?.port == 7109 && $0.failures ?? 0 > 0 && $0.verdict == .exhausted
              }
            }
            ExitTestReport.check(isMarked, "no pool with failures")
            ExitTestReport.check(
              try reader.newest()?.flags.isDisjoint(
                with: [.failuresOfNamespace, .failuresUnavailable]) == true, "flags")
            collector.send(SIGTERM)
            let message = try collector.wait().message
            ExitTestReport.check(
              message.contains("trace instance") && message.contains("CAP_PERFMON"), "\(message)")
            ExitTestReport.check(!Directory.exists(instance), "\(instance) is left")
            withExtendedLifetime(load) {}
          }
        }
      }
    }

    @Test func `a collector without rights says what it lacks, and counts its namespace's`() async {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          try withFolder { directory in
            try namespace.setPortRange(40_000, 40_009)
            // The build directory may be closed to others.
            let built = Program.built("ullage").path
            let script = """
              chmod 755 "$1" && cp "$0" "$1/ullage" && mkdir "$1/ring" && chown 65534 "$1/ring" || exit 99
              exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- \
                "$1/ullage" collect --interval 0.1 --ring "$1/ring"
              """
            defer { _ = try? Program("/bin/rm", ["-r", "\(directory)/ring"]).run() }
            let collector = try Program("/bin/sh", ["-c", script, built, directory]).start()
            let path = try ring(in: "\(directory)/ring")
            var load = try FailingConnects(namespace, port: 7108)
            load.fail(2)
            let reader = try FrameRingReader(path: path)
            let isCounted = try Settling.wait {
              try reader.refresh()
              let frames = try reader.frames(from: 0, through: .max, limit: 1000)
              return frames.reduce(0) { $0 + ($1.counters[.connectFailures] ?? 0) } == 10
            }
            ExitTestReport.check(isCounted, "not counted")
            ExitTestReport.check(
              try reader.newest()?.flags.contains(.failuresOfNamespace) == true, "no flag")
            collector.send(SIGTERM)
            let message = try collector.wait().message
            ExitTestReport.check(message.contains("CAP_PERFMON"), "\(message)")
          }
        }
      }
    }
  }
}

extension PoolKey {
  /// The destination of a connect pool, and its port.
  fileprivate var target: (destination: IPAddress, port: UInt16)? {
    guard case .connect(_, let destination, let port, _) = self else { return nil }
    return (destination, port)
  }
}

private func events(of reader: FrameRingReader) throws -> [Event] {
  try reader.refresh()
  return try reader.events(from: 0, through: .max, limit: 1000)
}

/// The path of the ring that a collector makes in an empty directory; five seconds at most.
private func ring(in directory: String) throws -> String {
  var path: String?
  _ = Settling.wait {
    path = (try? Directory.names(in: directory))?.first { $0.hasSuffix(".ring") }.map {
      "\(directory)/\($0)"
    }
    guard let path, let reader = try? FrameRingReader(path: path) else { return false }
    return (try? reader.newest()) ?? nil != nil
  }
  guard let path else { throw SystemCallError("find", "a ring in \(directory)", .noEntry) }
  return path
}

/// Whether the alarm clears once nothing has failed for a while. Other tests' failures count too: if they never
/// leave it so long, twenty seconds at most, it may stay.
private func clearsWhenQuiet(_ reader: FrameRingReader) throws -> Bool {
  for _ in 0..<4 {
    let isCleared = try Settling.wait {
      try reader.refresh()
      return try reader.newest()?.alarms.contains { $0.rule == "failures" } == false
    }
    if isCleared { return true }
  }
  // Of a frame each tenth of a second, thirty without a failure are three seconds: two checks.
  var quiet = 0
  for frame in try reader.frames(from: 0, through: .max, limit: 1000) {
    quiet = frame.counters[.connectFailures] == 0 ? quiet + 1 : 0
    if quiet >= 30 { return false }
  }
  return true
}
