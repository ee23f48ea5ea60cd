import Owners
import Testing

@testable import Collector

/// What a sample says of a process' ports of a pool, whose ports are counted.
@Suite struct ProcessHoldingTests {
  @Test func `an estimate beyond the pool's ports keeps its bounds below`() {
    // 60 of 809 descriptors, of which 400 are of a pool with 409 ports in use.
    for hits in 0...60 {
      let share = SampledShare(total: 809, looked: 60, hits: hits)
      let holding = ProcessCensus.Holding(
        process: nil, ports: share.estimate, bounds: share.bounds)
      let bounds = holding.bounds(within: 409) ?? 0...0
      #expect(bounds.count > 1 && bounds.upperBound <= 409, "\(hits) hits: \(bounds)")
      #expect(bounds.contains(min(share.estimate, 409)), "\(hits) hits: \(bounds)")
      // What holds without the limit holds with it.
      #expect(!share.bounds.contains(400) || bounds.contains(400), "\(hits) hits: \(bounds)")
      #expect(hits == 0 || bounds.lowerBound > 0, "\(hits) hits: \(bounds)")
    }
  }

  @Test func `what was counted stays exact, and without bounds there are none`() {
    func holding(_ bounds: ClosedRange<Int>?) -> ProcessCensus.Holding {
      ProcessCensus.Holding(process: nil, ports: 9, bounds: bounds)
    }
    #expect(holding(9...9).bounds(within: 409) == 9...9)
    // A port of several sockets is one port.
    #expect(holding(9...9).bounds(within: 7) == 7...7)
    #expect(holding(9...9).bounds(within: 0) == 0...0)
    #expect(holding(nil).bounds(within: 409) == nil)
  }
}
