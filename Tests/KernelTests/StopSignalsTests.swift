import Glibc
import Kernel
import Testing

@Suite struct StopSignalsTests {
  @Test func `a wait ends at its deadline, or when the process is to stop`() async {
    await #expect(processExitsWith: .success) {
      let signals = StopSignals.block()
      let start = Clock.monotonicNanoseconds()
      #expect(signals.wait(untilMonotonicNanoseconds: 0) == .deadline)
      #expect(signals.wait(untilMonotonicNanoseconds: start + 20_000_000) == .deadline)
      #expect(Clock.monotonicNanoseconds() >= start + 20_000_000)
      // To this thread, as to a process that has no other; it waits until somebody asks.
      for signal in [SIGTERM, SIGINT] {
        raise(signal)
        #expect(signals.wait(untilMonotonicNanoseconds: .max) == .stop)
      }
      raise(SIGCHLD)
      #expect(signals.wait(untilMonotonicNanoseconds: .max) == .child)
    }
  }
}
