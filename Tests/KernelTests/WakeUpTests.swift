import Kernel
import Testing

@Suite struct WakeUpTests {
  @Test func `a wait ends at its deadline, or at once when woken before or meanwhile`() throws {
    let wake = try WakeUp()
    let start = Clock.monotonicNanoseconds()
    #expect(!wake.wait(untilMonotonicNanoseconds: start + 30_000_000))
    #expect(Clock.monotonicNanoseconds() >= start + 30_000_000)
    #expect(!wake.wait(untilMonotonicNanoseconds: 0))
    let thread = try DedicatedThread {
      Clock.sleep(untilMonotonicNanoseconds: start + 60_000_000)
      wake.wake()
    }
    #expect(wake.wait(untilMonotonicNanoseconds: start + 10_000_000_000))
    #expect(Clock.monotonicNanoseconds() < start + 5_000_000_000)
    // Woken once is woken for good, also for those that come later.
    wake.wake()
    #expect(wake.wait(untilMonotonicNanoseconds: start + 10_000_000_000))
    try thread.join()
  }
}
