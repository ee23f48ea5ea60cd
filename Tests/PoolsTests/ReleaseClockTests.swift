import Pools
import PropertyTestKit
import Testing

@Suite struct ReleaseClockTests {
  /// HZ 250, the tick counter 0 at CLOCK_MONOTONIC 0: teeth at multiples of 2.048 s.
  private let clock = ReleaseClock(comb: ReleaseComb(ticksPerSecond: 250), aheadNanoseconds: 0)

  @Test(
    arguments: [
      (0, 60_000, 61_440_000_000),
      // The deadline of a tick is rounded up to the next tooth, also when it stands on one.
      (0, 61_436, 61_440_000_000), (0, 61_440, 63_488_000_000), (0, 61_444, 63_488_000_000),
      // Late: the next tooth.
      (2_048_000_000, 0, 4_096_000_000), (2_047_999_999, 0, 2_048_000_000),
    ] as [(UInt64, UInt32, UInt64)])
  func aDeadlineIsRoundedUpToATooth(now: UInt64, left: UInt32, released: UInt64) {
    #expect(clock.release(expiresMilliseconds: left, at: now) == released)
  }

  @Test func anOrphanWithAShortLifeHasAFinerComb() {
    // 7 s at HZ 250: 0.256 s.
    #expect(
      clock.release(expiresMilliseconds: 7000, at: 0, lifeSeconds: 7) == 7_168_000_000)
  }

  @Test func aPortIsFreeNoEarlierThanItsDeadlineAndNoLaterThanATooth() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(500) {
      let ticks = generator.pick([100, 250, 300, 1000])
      let ahead = Int64.random(in: -1_000_000_000_000...20_000_000_000_000_000, using: &generator)
      let now = UInt64.random(in: 0..<1_000_000_000_000_000, using: &generator)
      let comb = ReleaseComb(ticksPerSecond: ticks)
      let clock = ReleaseClock(comb: comb, aheadNanoseconds: ahead)
      let left = UInt32.random(in: 0...60_000, using: &generator)
      let released = clock.release(expiresMilliseconds: left, at: now)
      let late = Double(released) / 1e9 - Double(now) / 1e9 - Double(left) / 1000
      let tick = 1 / Double(ticks)
      #expect(late > -2 * tick && late <= comb.toothSeconds + tick, "\(late), \(generator.replay)")
      // The next tooth is the tooth of what is late.
      #expect(clock.nextTooth(after: released) >= released, "\(generator.replay)")
    }
  }

  @Test func nonsenseIsNoTrap() {
    for ticks in [Int.min, 0, 1, 999_999, Int.max] {
      for ahead in [Int64.min, -1, 0, 1, Int64.max, nil] {
        let clock = ReleaseClock(comb: ReleaseComb(ticksPerSecond: ticks), aheadNanoseconds: ahead)
        for now in [0, 1, UInt64.max / 2, UInt64.max] {
          for left in [0, 60_000, UInt32.max] {
            _ = clock.release(expiresMilliseconds: left, at: now)
            _ = clock.release(expiresMilliseconds: left, at: now, lifeSeconds: .infinity)
          }
        }
      }
    }
  }
}

@Suite struct ToothWatchTests {
  /// A watch of teeth at 0.7 s and every 2.048 s from there, looked at each `interval`.
  private func watch(_ interval: Double, falls: Int, spurious: [Int] = []) -> ToothWatch {
    var watch = ToothWatch(comb: ReleaseComb(ticksPerSecond: 250))
    var waiting = 10_000, seconds = 100.0, fallen = 0, look = 0
    while fallen < falls {
      let before = ((seconds - 0.7) / 2.048).rounded(.down)
      seconds += interval
      look += 1
      if ((seconds - 0.7) / 2.048).rounded(.down) > before {
        waiting -= 7
        fallen += 1
      }
      if spurious.contains(look) { waiting -= 1 }
      watch.note(waiting: waiting, at: seconds)
    }
    return watch
  }

  @Test func aFewFallsTellThePhase() throws {
    #expect(watch(0.1, falls: 2).toothSeconds == nil)
    for falls in [4, 10, 30] {
      let tooth = try #require(watch(0.1, falls: falls).toothSeconds)
      let off = (tooth - 0.7).truncatingRemainder(dividingBy: 2.048)
      #expect(min(off, 2.048 - off) < 0.11, "\(off) after \(falls)")
    }
  }

  @Test func aFallBesideTheCombDoesNotMislead() throws {
    // A socket that was destroyed, after the phase is known.
    let tooth = try #require(watch(0.1, falls: 12, spurious: [200]).toothSeconds)
    let off = (tooth - 0.7).truncatingRemainder(dividingBy: 2.048)
    #expect(min(off, 2.048 - off) < 0.11, "\(off)")
  }

  @Test func looksThatAreFarApartTellNothing() {
    #expect(watch(1, falls: 20).toothSeconds == nil)
  }
}
