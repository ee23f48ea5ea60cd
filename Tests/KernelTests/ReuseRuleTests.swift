import Kernel
import Testing

/// What tcp_tw_reuse and its delay come to, by kernel.
@Suite struct ReuseRuleTests {
  @Test(
    arguments: [
      // The delay is a sysctl from 6.14 on; whole seconds before, two of them before 4.19.
      ((6, 14), 2, 1000, 2, 1000, 1000), ((6, 18), 1, 250, 1, 250, 250),
      ((6, 18), 0, nil, 0, 1000, 0), ((6, 13), 2, nil, 2, 1000, 0), ((4, 19), 2, nil, 2, 1000, 0),
      ((4, 18), 1, nil, 1, 2000, 1000),
      // 2 meant what 1 means, before there was the word loopback.
      ((4, 18), 2, nil, 1, 2000, 1000), ((3, 10), 0, nil, 0, 2000, 1000),
      ((0, 0), 2, nil, 1, 2000, 1000), ((6, 18), nil, nil, nil, 1000, 0),
      ((6, 18), 1, -1, 1, 0, 0), ((6, 18), 1, .max, 1, .max, .max),
    ] as [((Int, Int), Int?, Int?, Int?, UInt32, UInt32)])
  func `the mode and the delay`(
    _ version: (Int, Int), _ mode: Int?, _ delay: Int?, _ meant: Int?, _ sure: UInt32,
    _ earliest: UInt32
  ) {
    let rule = ReuseRule(
      mode: mode, delayMilliseconds: delay, on: KernelVersion(version.0, version.1))
    #expect(rule.mode == meant)
    #expect(rule.delayMilliseconds == sure)
    #expect(rule.earliestMilliseconds == earliest)
    #expect(rule.delaySeconds == Double(sure) / 1000)
  }
}
