import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import Synchronization
import Testing

/// The fall-back without any right: sock_diag's destroy group against a ledger.
extension FailureTests {
  @Suite(.needsRoot) struct DestroyGroupTests {
    @Test func `its total is the ledger's, among connects that failed otherwise`() async {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          var watch = FailureWatch(.namespace())
          ExitTestReport.check(watch.coverage == .namespace, watch.limitation ?? "no coverage")
          var load = try FailingConnects(namespace, port: 7105)
          load.fail(7)
          try load.failOtherwise()
          load.failFast(1000)
          // The kernel tells from a worker of its own, some time later.
          var total: UInt64 = 0
          func hear() {
            let reading = watch.read()
            total += reading?.total ?? 0
            ExitTestReport.check(
              reading?.unattributed == reading?.total && reading?.isLowerBound == false
                && reading?.lost == nil, "\(String(describing: reading))")
          }
          for _ in 0..<4 where total < load.total {
            _ = Settling.wait {
              hear()
              return total >= load.total
            }
          }
          Settling.pause(milliseconds: 300)
          hear()
          ExitTestReport.check(load.total == 1035 && total == 1035, "\(total) of \(load.total)")
        }
      }
    }

    @Test func `more than its buffer holds is a lower bound, and said to be one`() async {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          var watch = FailureWatch(.namespace())
          // The kernel tells from a worker of its own, some time later: another listener, which reads what
          // it can, knows when.
          var other = FailureWatch(.namespace())
          var load = try FailingConnects(namespace, port: 7106)
          func settle(_ count: Int) {
            var total: UInt64 = 0, hasLost = false
            for _ in 0..<8 where total < count && !hasLost {
              _ = Settling.wait {
                let reading = other.read()
                total += reading?.total ?? 0
                hasLost = hasLost || reading?.isLowerBound ?? true
                return total >= count || hasLost
              }
            }
          }
          load.failFast(20_000)
          settle(20_000)
          let reading = watch.read()
          ExitTestReport.check(
            reading?.isLowerBound == true
              && reading.map { $0.total > 1000 && $0.total < 20_000 } ?? false,
            "\(String(describing: reading))")
          load.failFast(10)
          var after: UInt64 = 0
          for _ in 0..<4 where after < 10 {
            _ = Settling.wait {
              let next = watch.read()
              after += next?.total ?? 0
              ExitTestReport.check(next?.isLowerBound == false, "still a lower bound")
              return after >= 10
            }
          }
          ExitTestReport.check(after == 10, "\(after) of 10")
        }
      }
    }

    @Test func `a namespace that is removed goes, although it is listened to`() throws {
      let name = "ullage-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
      let added = try Program("/usr/bin/env", ["ip", "netns", "add", name]).run()
      try #require(added.end == .status(0), "\(added.message)")
      var isThere = true
      defer {
        if isThere { _ = try? Program("/usr/bin/env", ["ip", "netns", "delete", name]).run() }
      }
      let range = try inNamespace(try NetworkNamespace.named(name)) { PortRangeFile() }
      let ends = try (WakeUp(), WakeUp(), WakeUp())
      let thread = try DedicatedThread {
        // Enters, opens and leaves again, as nobody else would be in it.
        let outside = try? NetworkNamespace.current()
        _ = try? NetworkNamespace.named(name).enter()
        var watch = FailureWatch(.namespace("/run/netns/\(name)"))
        _ = try? outside?.enter()
        let before = watch.read()
        ends.0.wake()
        _ = ends.1.wait(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000_000)
        let after = watch.read()
        let limitation = watch.limitation
        ends.2.wake()
        _ = ends.1.wait(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1)
        return (before, after, limitation, watch.coverage)
      }
      _ = ends.0.wait(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000_000)
      #expect(range.isThere)
      let removed = try Program("/usr/bin/env", ["ip", "netns", "delete", name]).run()
      #expect(removed.end == .status(0))
      isThere = false
      ends.1.wake()
      let (before, after, limitation, coverage) = try thread.join()
      #expect(before?.total == 0 && before?.coverage == .namespace)
      #expect(after == nil && coverage == nil)
      #expect(limitation == "the namespace /run/netns/\(name) was removed")
      // The kernel takes namespaces down on a thread of its own.
      let isGone = Settling.wait { !range.isThere }
      #expect(isGone, "the namespace is kept")
    }
  }
}

/// A sysctl of a namespace: its descriptor does not keep the namespace, and says when that is gone.
private final class PortRangeFile: Sendable {
  private let file: Mutex<RereadFile?>

  /// That of the calling thread's namespace.
  init() { file = Mutex(try? RereadFile("/proc/sys/net/ipv4/ip_local_port_range")) }

  var isThere: Bool { file.withLock { (try? $0?.read { $0.count }) ?? 0 > 0 } }
}

extension FailureWatch.Options {
  /// The destroy group alone.
  fileprivate static func namespace(_ path: String? = nil) -> FailureWatch.Options {
    var options = FailureWatch.Options()
    options.usesPerf = false
    options.usesTraceInstance = false
    options.namespacePath = path
    return options
  }
}
