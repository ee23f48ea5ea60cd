import Kernel
import Testing

@testable import HostFacts

@Suite struct TimerTickTests {
  @Test(
    arguments: [
      (10_000_000, 100), (4_000_000, 250), (3_333_333, 300), (1_000_000, 1000),
      (1, nil), (0, nil), (999_999, nil), (10_000_001, nil),
    ] as [(UInt64, Int?)])
  func theTicksLengthTellsHZ(nanoseconds: UInt64, ticks: Int?) {
    #expect(TimerTick.ticksPerSecond(nanoseconds) == ticks)
  }

  @Test func thisKernelHasATick() throws {
    let ticks = try #require(TimerTick.ticksPerSecond())
    #expect([100, 250, 300, 1000].contains(ticks))
  }

  @Test func theTwoNumbersOfTheFileMakeTheDistance() {
    let text = """
      Timer List Version: v0.10
      HRTIMER_MAX_CLOCK_BASES: 8
      now at 22136040886947 nsecs

      cpu: 0
       clock 0:
        .idle_jiffies   : 4300426195
      jiffies: 4300426245
      cpu: 1
      jiffies: 4300426299
      """
    let ahead: Int64 = 4_300_426_245 * 4_000_000 - 22_136_040_886_947
    #expect(TimerTick.aheadNanoseconds(Array(text.utf8), ticksPerSecond: 250) == ahead)
  }

  @Test(arguments: [
    "", "now at 1 nsecs\n", "jiffies: 5\n", "jiffies: 5\nnow at 1 nsecs\n",
    "now at x\njiffies: 5\n",
    "now at 1 nsecs\njiffies: x\n", "now at 1 nsecs\njiffies: 18446744073709551615\n",
    "now at 18446744073709551615 nsecs\njiffies: 5\n",
  ])
  func anythingElseIsNotKnown(text: String) {
    #expect(TimerTick.aheadNanoseconds(Array(text.utf8), ticksPerSecond: 250) == nil)
  }

  @Test(.enabled(if: Credentials.isRoot, "the list of timers needs root"))
  func readingsAgreeToATickOrTwo() throws {
    let ticks = try #require(TimerTick.ticksPerSecond())
    var readings: [Int64] = []
    for _ in 0..<40 {
      if let ahead = TimerTick.aheadNanoseconds(ticksPerSecond: ticks) { readings.append(ahead) }
    }
    let least = try #require(readings.min()), most = try #require(readings.max())
    #expect(most - least <= 10_000_000)
  }
}
