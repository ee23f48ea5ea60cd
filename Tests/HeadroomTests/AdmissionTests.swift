import Frames
import FramesTestKit
import Headroom
import Inet
import Kernel
import Pools
import PropertyTestKit
import Testing

/// Who is let through.
@Suite struct AdmissionTests {
  private func answer(
    left: Int, countedAt: UInt64, frameAt: UInt64, span: UInt64
  ) throws -> HeadroomAnswer {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    frame.monotonicNanoseconds = frameAt
    frame.spanNanoseconds = span
    let index = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    frame.pools[index].headroom = Gauge(left)
    frame.pools[index].countedAtMonotonic = countedAt
    return MadeUpFrames.table(frame).headroom(
      to: MadeUpFrames.destination, port: 443, atMonotonicNanoseconds: frameAt)
  }

  @Test func `what was admitted since the count is taken off, down to the floor`() throws {
    let answer = try answer(left: 5, countedAt: 1000, frameAt: 1010, span: 20)
    var admission = Admission(floor: 2)
    let decisions = (0..<5).map { admission.ask(answer, atMonotonicNanoseconds: 1020 + $0) }
    #expect(
      decisions == [
        .admitted(left: 4), .admitted(left: 3), .admitted(left: 2),
        .refused(left: 2, isSettled: false),
        .refused(left: 2, isSettled: false),
      ])
  }

  @Test func `a count that covers what was admitted gives it back, and one before does not`() throws
  {
    var admission = Admission(floor: 0)
    let first = try answer(left: 3, countedAt: 1000, frameAt: 1010, span: 20)
    for moment: UInt64 in [1020, 1030, 1040] {
      _ = admission.ask(first, atMonotonicNanoseconds: moment)
    }
    #expect(
      admission.ask(first, atMonotonicNanoseconds: 1041) == .refused(left: 0, isSettled: false))
    // It covers the first two; of the three that are left one is on its way.
    let second = try answer(left: 3, countedAt: 1035, frameAt: 1050, span: 40)
    #expect(admission.ask(second, atMonotonicNanoseconds: 1060) == .admitted(left: 1))
  }

  @Test func `an unlisted pool is admitted by its bound, and what is unknown is not decided`()
    throws
  {
    var frame = try MadeUpFrames.proxy(inUse: 1000)
    frame.other = Remainder(pools: 1, inUseMaximum: Scenario.capacity - 1, isExact: true)
    let now = frame.monotonicNanoseconds
    let bound = MadeUpFrames.table(frame).headroom(
      to: MadeUpFrames.destination, port: 80, atMonotonicNanoseconds: now)
    var admission = Admission(floor: 0)
    #expect(admission.ask(bound, atMonotonicNanoseconds: now) == .admitted(left: 0))
    #expect(
      admission.ask(bound, atMonotonicNanoseconds: now) == .refused(left: 0, isSettled: false))
    #expect(admission.ask(.unknown(.noFrame)) == .unknown(.noFrame))
    var negative = Admission(floor: -5)
    #expect(negative.floor == 0 && negative.ask(bound) == .admitted(left: 0))
  }

  @Test func `a refusal is settled when a count knows all that was admitted`() throws {
    var admission = Admission(floor: 2)
    let few = try answer(left: 2, countedAt: 1000, frameAt: 1010, span: 20)
    #expect(
      admission.ask(few, atMonotonicNanoseconds: 1020) == .refused(left: 2, isSettled: true))
    let more = try answer(left: 3, countedAt: 1030, frameAt: 1040, span: 20)
    #expect(admission.ask(more, atMonotonicNanoseconds: 1050) == .admitted(left: 2))
    #expect(
      admission.ask(more, atMonotonicNanoseconds: 1060) == .refused(left: 2, isSettled: false))
    let after = try answer(left: 2, countedAt: 1051, frameAt: 1070, span: 30)
    #expect(
      admission.ask(after, atMonotonicNanoseconds: 1080) == .refused(left: 2, isSettled: true))
  }

  /// A pool of `capacity` ports, counted now and then, whose ports come back at any time.
  @Test func `whoever asks before each connect meets no end of the ports`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      let capacity = 5 + generator.small(200), floor = generator.small(5)
      var admission = Admission(floor: floor)
      var inUse = 0, now: UInt64 = 1_000_000
      var newest = try answer(left: capacity, countedAt: now, frameAt: now + 1, span: 1)
      var lastFrameAt = now + 1
      now += 2
      for _ in 0..<400 {
        now += 1 + UInt64(generator.small(20))
        switch generator.small(10) {
        case 0:
          newest = try answer(
            left: capacity - inUse, countedAt: now, frameAt: now + 1, span: now + 1 - lastFrameAt)
          lastFrameAt = now + 1
          now += 2
        case 1 where inUse > 0: inUse -= generator.small(inUse + 1)
        default:
          if case .admitted = admission.ask(newest, atMonotonicNanoseconds: now) {
            inUse += 1
            try #require(inUse <= capacity - floor, "\(generator.replay)")
          }
        }
      }
    }
  }
}
