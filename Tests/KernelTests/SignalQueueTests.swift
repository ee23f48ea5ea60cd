import Glibc
import Kernel
import Testing

@Suite struct SignalQueueTests {
  @Test func `signals wait until somebody asks, and an asking ends at its deadline`() async {
    await #expect(processExitsWith: .success) {
      let signals = SignalQueue(SignalQueue.Signal.allCases)
      let start = Clock.monotonicNanoseconds()
      #expect(signals.next(untilMonotonicNanoseconds: 0) == nil)
      #expect(signals.next(untilMonotonicNanoseconds: start + 20_000_000) == nil)
      #expect(Clock.monotonicNanoseconds() >= start + 20_000_000)
      // To this thread, as to a process that has no other.
      for signal in SignalQueue.Signal.allCases {
        raise(signal.number)
        #expect(signals.next(untilMonotonicNanoseconds: .max) == signal)
      }
    }
  }
}
