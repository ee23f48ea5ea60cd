import Collector
import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import Pools
import Synchronization
import Testing

/// Failed connects of the real kernel against a ledger of them. The port that all go to keeps other
/// tests' failures out.
extension FailureTests {
  @Suite(.needsRoot) struct ConnectFailureTests {
    @Test(arguments: HostWay.allCases)
    func `the total is the ledger's over two namespaces, and every attribution is right`(
      _ way: HostWay
    ) async {
      await #expect(processExitsWith: .success) { [way] in
        inFreshNamespace { namespace in
          let port = FailingConnects.anyPort()
          var watch = FailureWatch(.only(port, way))
          ExitTestReport.check(watch.coverage == .host, watch.limitation ?? "no coverage")
          let other = try Neighbour()
          let neighbour = try other.start(port: port)
          var here = try FailingConnects(namespace, port: port)
          here.fail(7)
          try here.failOtherwise()
          ExitTestReport.check(here.total == 35, "the ledger has \(here.ledger)")
          for (errno, count) in [
            ECONNREFUSED: 4, ENETUNREACH: 3, ETIMEDOUT: 1, EADDRNOTAVAIL: 2, 0: 21,
          ] {
            ExitTestReport.check(here.others[errno] == count, "others: \(here.others)")
          }
          other.run()
          // Our own probes, on a thread that says what it is.
          let probes = try inNamespace(NetworkNamespace.current()) {
            () -> Int32? in
            do {
              try DedicatedThread.renameCalling(ProbeThread.name)
              _ = try TestSocket.connected(to: .loopback(port))
              return 0
            } catch let error as SystemCallError {
              return error.errno.rawValue
            } catch { return nil }
          }
          ExitTestReport.check(probes == EADDRNOTAVAIL, "the probe: \(probes ?? -1)")
          let reading = watch.read()
          let there = other.result
          ExitTestReport.check(there.total == 10, "the neighbour's ledger has \(there.total)")
          let expected = UInt64(here.total + there.total)
          ExitTestReport.check(
            reading?.total == expected && reading?.attributed == expected
              && reading?.unattributed == 0 && reading?.lost == 0,
            "\(expected) failed: \(String(describing: reading))")
          let own = NetworkNamespace.inode(at: "/proc/thread-self/ns/net")
          let thread = try DedicatedThread.callingThreadID()
          for isOwn in [true, false] {
            var counts: [FailingConnects.Pair: Int] = [:]
            for failure in reading?.failures ?? [] where failure.isOwnNamespace == isOwn {
              counts[.init(source: failure.source, destination: failure.destination), default: 0] +=
                1
              ExitTestReport.check(
                failure.processID == getpid() && failure.port == port
                  && failure.threadID == (isOwn ? thread : there.thread)
                  && failure.namespaceInode == (isOwn ? own : there.inode)
                  && (failure.cgroupID != nil) == (way == .perf) && !failure.command.isEmpty
                  && failure.monotonicNanoseconds <= Clock.monotonicNanoseconds(),
                "wrong: \(failure)")
            }
            ExitTestReport.check(
              counts == (isOwn ? here.ledger : there.ledger), "own \(isOwn): \(counts)")
          }
          ExitTestReport.check(watch.read()?.total == 0, "counted twice")
          other.end()
          try neighbour.join()
        }
      }
    }

    @Test(arguments: HostWay.allCases)
    func `a burst that no ring holds is counted to the last one, and the sum always holds`(
      _ way: HostWay
    ) async {
      await #expect(processExitsWith: .success) { [way] in
        inFreshNamespace { namespace in
          let port = FailingConnects.anyPort()
          var watch = FailureWatch(.only(port, way))
          var load = try FailingConnects(namespace, port: port)
          load.failFast(5000)
          let burst = watch.read()
          ExitTestReport.check(burst?.total == 5000, "\(burst?.total ?? 0) of 5000")
          ExitTestReport.check(burst?.lost ?? 0 > 0, "nothing lost")
          check(burst)
          // Read while they happen, on another thread.
          let home = try NetworkNamespace.current()
          let isDone = Mutex(false)
          let thread = try DedicatedThread(in: home) { () -> Int in
            var failed = 0
            for _ in 0..<20_000 {
              do { _ = try TestSocket.connected(to: .loopback(port)) } catch { failed += 1 }
            }
            isDone.withLock { $0 = true }
            return failed
          }
          var total: UInt64 = 0, readings = 0
          while !isDone.withLock({ $0 }) {
            let reading = watch.read()
            check(reading)
            total += reading?.total ?? 0
            readings += 1
            Settling.pause(milliseconds: 2)
          }
          let failed = try thread.join()
          let last = watch.read()
          check(last)
          total += last?.total ?? 0
          ExitTestReport.check(failed == 20_000 && total == 20_000, "\(total) of \(failed)")
          ExitTestReport.check(readings > 3, "only \(readings) readings")
          withExtendedLifetime(load) {}
        }
      }
    }

    @Test(arguments: HostWay.allCases)
    func `failures of a thread that has gone are counted and not attributed`(_ way: HostWay) async {
      await #expect(processExitsWith: .success) { [way] in
        inFreshNamespace { namespace in
          let port = FailingConnects.anyPort()
          var watch = FailureWatch(.only(port, way))
          let load = try FailingConnects(namespace, port: port)
          let failed = try inNamespace(NetworkNamespace.current()) { () -> Int in
            (0..<9).count { _ in (try? TestSocket.connected(to: .loopback(port))) == nil }
          }
          let reading = watch.read()
          ExitTestReport.check(failed == 9 && reading?.total == 9, "\(String(describing: reading))")
          ExitTestReport.check(
            reading?.unattributed == 9 && reading?.failures == [], "\(String(describing: reading))")
          withExtendedLifetime(load) {}
        }
      }
    }

    @Test func `what may be failures of bind and UDP is counted on request alone`() async {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          let port = FailingConnects.anyPort()
          try namespace.setPortRange(40_000, 40_009)
          var options = FailureWatch.Options.only(port)
          var plain = FailureWatch(options)
          options.counter.countsPossible = true
          var watch = FailureWatch(options)
          let held = (0..<10).compactMap { _ in try? TestSocket.udp(connected: .loopback(53)) }
          for _ in 0..<4 { _ = try? TestSocket.udp(connected: .loopback(53)) }
          let bound = (0..<10).compactMap { _ in try? TestSocket.bound(.loopback()) }
          for _ in 0..<3 { _ = try? TestSocket.bound(.loopback()) }
          let reading = watch.read(), other = plain.read()
          // Host-wide: other tests may add to them.
          ExitTestReport.check(
            reading?.possibleUDP ?? 0 >= 4, "UDP: \(String(describing: reading))")
          ExitTestReport.check(
            reading?.possibleBind ?? 0 >= 3, "bind: \(String(describing: reading))")
          ExitTestReport.check(
            reading?.total == 0 && other?.possibleUDP == nil && other?.possibleBind == nil,
            "\(String(describing: reading)), \(String(describing: other))")
          ExitTestReport.check(held.count == 10 && bound.count == 10, "held")
        }
      }
    }

    @Test func `without rights nothing is counted on the host, and what it takes is said`() async {
      await #expect(processExitsWith: .success) {
        inFreshNamespace { namespace in
          let tracefs = try Tracefs()
          guard setgid(65_534) == 0, setuid(65_534) == 0 else {
            return ExitTestReport.record("still root")
          }
          var options = FailureWatch.Options()
          options.usesDestroyGroup = false
          var none = FailureWatch(options)
          let said = none.limitation ?? ""
          ExitTestReport.check(
            none.coverage == nil && none.read() == nil && said.contains("CAP_PERFMON"), "\(said)")
          // What root has opened does not help: the files are root's.
          do throws(ConnectFailureError) {
            _ = try ConnectFailureCounter(tracefs)
            ExitTestReport.record("counts as nobody")
          } catch {
            ExitTestReport.check(
              "\(error)".contains("CAP_DAC_READ_SEARCH") && "\(error)".contains("EACCES 13"),
              "\(error)")
          }
          options.usesDestroyGroup = true
          var group = FailureWatch(options)
          ExitTestReport.check(
            group.coverage == .namespace && group.limitation?.contains("CAP_PERFMON") == true,
            "\(group.limitation ?? "")")
          ExitTestReport.check(group.read()?.total == 0, "something failed")
        }
      }
    }
  }
}

/// attributed + unattributed + lost = total.
private func check(_ reading: FailureReading?) {
  guard let reading else { return ExitTestReport.record("no reading") }
  ExitTestReport.check(
    reading.attributed + reading.unattributed + (reading.lost ?? 0) == reading.total
      && reading.failures.count >= reading.attributed, "\(reading.total): does not add up")
}

extension FailureWatch.Options {
  /// Failures to this port alone.
  fileprivate static func only(
    _ port: UInt16, _ way: HostWay = .perf
  ) -> FailureWatch.Options {
    var options = FailureWatch.Options()
    options.usesPerf = way == .perf
    options.usesDestroyGroup = false
    options.counter.condition = "dport == \(port)"
    return options
  }
}

/// How failures of the whole host are counted.
enum HostWay: String, CaseIterable, Codable, Sendable {
  case perf
  case traceInstance
}

/// A thread with a namespace of its own, which fails when it is told to and stays until it is told to end.
private final class Neighbour: Sendable {
  struct Result: Sendable {
    var total = 0
    var ledger: [FailingConnects.Pair: Int] = [:]
    var thread: Int32 = 0
    var inode: UInt64 = 0
  }

  private let started: WakeUp
  private let done: WakeUp
  private let finished: WakeUp
  private let state = Mutex(Result())

  var result: Result { state.withLock { $0 } }

  init() throws {
    (started, done, finished) = (try WakeUp(), try WakeUp(), try WakeUp())
  }

  /// Settles on a thread of its own.
  func start(port: UInt16) throws(SystemCallError) -> DedicatedThread<Void> {
    try DedicatedThread { [self] in
      do {
        let namespace = try TestNamespace.enter()
        var load = try FailingConnects(namespace, port: port)
        _ = started.wait(untilMonotonicNanoseconds: Self.deadline)
        load.fail(2)
        let (total, ledger) = (load.total, load.ledger)
        let number = try DedicatedThread.callingThreadID()
        let inode = NetworkNamespace.inode(at: "/proc/thread-self/ns/net") ?? 0
        state.withLock {
          $0 = Result(total: total, ledger: ledger, thread: number, inode: inode)
        }
      } catch {
        ExitTestReport.record("the neighbour: \(error)")
      }
      done.wake()
      _ = finished.wait(untilMonotonicNanoseconds: Self.deadline)
    }
  }

  private static var deadline: UInt64 { Clock.monotonicNanoseconds() + 20_000_000_000 }

  /// Lets it fail, and waits until it has.
  func run() {
    started.wake()
    _ = done.wait(untilMonotonicNanoseconds: Self.deadline)
  }

  /// Lets it go.
  func end() { finished.wake() }
}
