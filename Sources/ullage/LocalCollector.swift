import Alarms
import Collector
import Console
import FrameRing
import Frames
import Kernel
import Netlink
import Ring
import Synchronization

/// A collector inside this command's own process, for when no daemon runs: the same loop, on a thread of
/// its own, into a ring in memory. It ends with its owner.
final class LocalCollector {
  /// The path under which this process reads the ring.
  let path: String
  private let wake: WakeUp
  private var thread: DedicatedThread<Failure?>?

  /// What passes between the two threads.
  private struct Start: Sendable {
    var path: String?
    var failure: Failure?
  }

  /// Starts collecting `namespace`, or the calling thread's, with alarms by `rules`; returns when the first
  /// frame is there.
  init(
    _ options: CollectorOptions, identity: NamespaceIdentity,
    rules: [AlarmRule] = AlarmRule.builtIn, in namespace: NetworkNamespace? = nil
  ) throws(Failure) {
    let wake = try Failure.rewording { () throws(SystemCallError) in try WakeUp() }
    let ready = try Failure.rewording { () throws(SystemCallError) in try WakeUp() }
    let start = Shared(Start())
    thread = try Failure.rewording { () throws(SystemCallError) in
      // The thread enters by itself, so that a refusal wakes us too.
      try DedicatedThread {
        Self.collect(options, identity, rules, in: namespace, until: wake) { path in
          start.value.withLock { $0.path = path }
          ready.wake()
        }.map { failure in
          start.value.withLock { $0.failure = failure }
          ready.wake()
          return failure
        }
      }
    }
    // The first count of a large table takes its time.
    let deadline = Clock.monotonicNanoseconds() + 30_000_000_000
    guard ready.wait(untilMonotonicNanoseconds: deadline),
      let path = start.value.withLock({ $0.path })
    else {
      // What waits for the thread must not wait for ever.
      wake.wake()
      throw start.value.withLock { $0.failure }
        ?? Failure("the collector of this command did not start within 30 s")
    }
    self.wake = wake
    self.path = path
  }

  deinit { wake.wake() }

  private static func collect(
    _ options: CollectorOptions, _ identity: NamespaceIdentity, _ rules: [AlarmRule],
    in namespace: NetworkNamespace?, until wake: WakeUp, ready: (String) -> Void
  ) -> Failure? {
    do throws(SystemCallError) {
      try namespace?.enter()
    } catch {
      return Failure(SampleError.system(error))
    }
    do throws(Failure) {
      let boot = try Failure.rewording(BootID.current)
      let writer = try Failure.rewording { () throws(RingError) in
        try FrameRingWriter(
          RingWriter(
            inMemory: FrameRingShape().geometry,
            identity: .own(identity, boot: boot, interval: options.intervalNanoseconds)))
      }
      let path = writer.ring.path
      let judge = AlarmJudge(rules)
      var loop: CollectionLoop<NetlinkSocket>
      do throws(SampleError) {
        loop = try RunningCollector.loop(options, into: writer, judge: { judge.judge($0) })
      } catch {
        return Failure(error)
      }
      do throws(RingError) {
        try loop.step()
        ready(path)
        try loop.run(until: wake)
        return nil
      } catch {
        return Failure("\(error)")
      }
    } catch {
      return error
    }
  }
}

/// A value behind a lock that closures of two threads hold.
private final class Shared<Value: Sendable>: Sendable {
  let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
}
