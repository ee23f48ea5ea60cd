import Testing

@testable import Metrics

@Suite struct WindowPeakTests {
  private static let minute: UInt64 = 60_000_000_000

  @Test func `a peak is told throughout the minute after it, and not longer`() {
    var peak = WindowPeak()
    peak.note(0.2, at: 10 * Self.minute)
    peak.note(0.9, at: 10 * Self.minute + 200_000_000)
    peak.note(0.3, at: 11 * Self.minute - 1)
    #expect(peak.lastFull(at: 11 * Self.minute - 1) == nil)
    #expect(peak.lastFull(at: 11 * Self.minute) == 0.9)
    peak.note(0.1, at: 11 * Self.minute + 5)
    #expect(peak.lastFull(at: 12 * Self.minute - 1) == 0.9)
    #expect(peak.lastFull(at: 12 * Self.minute) == 0.1)
    #expect(peak.lastFull(at: 13 * Self.minute) == nil)
  }

  @Test func `a clock that is set back goes on with the minute that was left`() {
    var peak = WindowPeak()
    peak.note(0.7, at: 10 * Self.minute)
    peak.note(0.1, at: 11 * Self.minute)
    peak.note(0.2, at: 10 * Self.minute + 30)
    #expect(peak.lastFull(at: 11 * Self.minute) == 0.7)
  }

  @Test func `the ends of time trap nothing`() {
    var peak = WindowPeak()
    peak.note(1, at: .max)
    #expect(peak.lastFull(at: .max) == nil)
    #expect(peak.lastFull(at: 0) == nil)
  }
}
