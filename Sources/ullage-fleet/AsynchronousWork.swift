import Dispatch
import Kernel
import Synchronization

/// Asynchronous work that a thread of its own waits for.
///
/// The main thread stays where it is, so that the signals it has blocked are blocked in every thread, and it
/// may wait for a child as long as that takes without a thread of the work's missing.
enum AsynchronousWork {
  /// What `work` comes to.
  static func result<Value: Sendable>(
    of work: @escaping @Sendable () async -> Value
  ) -> Value {
    let begun = Begun(work)
    while !begun.hasEnded(within: .seconds(3600)) {}
    guard let value = begun.value else { preconditionFailure("no value") }
    return value
  }

  /// What `work` comes to; nil if one of `signals` comes before it, which `heard` is told, or the time is over.
  /// The work is given up then, and not waited for.
  static func result<Value: Sendable>(
    of work: @escaping @Sendable () async -> Value, unless signals: SignalQueue,
    heard: (SignalQueue.Signal) -> Void
  ) -> Value? {
    let begun = Begun(work)
    while !begun.hasEnded(within: .milliseconds(20)) {
      let now = Clock.monotonicNanoseconds()
      guard let signal = signals.next(untilMonotonicNanoseconds: now), signal != .child else {
        continue
      }
      begun.task.cancel()
      heard(signal)
      return nil
    }
    return begun.value
  }

  /// Lets `work` come to an end, so many milliseconds at most.
  static func run(
    forMilliseconds limit: Int, _ work: @escaping @Sendable () async -> Void
  ) {
    let begun = Begun(work)
    if !begun.hasEnded(within: .milliseconds(limit)) { begun.task.cancel() }
  }

  /// Work that goes on beside.
  private struct Begun<Value: Sendable> {
    let task: Task<Void, Never>
    private let done: DispatchSemaphore
    private let found: Found<Value>

    init(_ work: @escaping @Sendable () async -> Value) {
      let found = Found<Value>(), done = DispatchSemaphore(value: 0)
      task = Task.detached {
        let value = await work()
        found.value.withLock { $0 = value }
        done.signal()
      }
      self.found = found
      self.done = done
    }

    var value: Value? { found.value.withLock { $0 } }

    func hasEnded(within time: DispatchTimeInterval) -> Bool {
      done.wait(timeout: .now() + time) == .success
    }
  }

  private final class Found<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
