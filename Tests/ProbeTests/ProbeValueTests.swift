import HostFacts
import Inet
import Kernel
import Probe
import Testing

/// The plain values of the layer, at their borders.
@Suite struct ProbeValueTests {
  private static let near = IPAddress(ipv4: 0x7f00_0001)
  private static let far = IPAddress(ipv4: 0x0a01_0203)

  private static func rule(
    _ mode: Int?, delay: Int? = 1000, timestamps: Int? = 1, on kernel: KernelVersion = .init(6, 18)
  ) -> TimeWaitRule {
    var settings = Settings()
    settings.timeWaitReuse = mode
    settings.timeWaitReuseDelayMilliseconds = delay
    settings.timestamps = timestamps
    return TimeWaitRule(settings, on: kernel)
  }

  @Test func `which pairs of addresses a TIME_WAIT may be taken over for`() {
    let (near, far) = (Self.near, Self.far)
    let loopbackIPv6 = IPAddress(high: 0, low: 1)
    #expect(!Self.rule(0).applies(source: near, destination: near))
    #expect(Self.rule(1).applies(source: far, destination: far))
    #expect(!Self.rule(1, timestamps: 0).applies(source: far, destination: far))
    #expect(Self.rule(2).applies(source: near, destination: far))
    #expect(Self.rule(2).applies(source: far, destination: near))
    #expect(Self.rule(2).applies(source: loopbackIPv6, destination: loopbackIPv6))
    #expect(!Self.rule(2).applies(source: far, destination: far))
    #expect(Self.rule(2).applies(source: far, destination: far, interface: 1))
    #expect(!Self.rule(2).applies(source: far, destination: far, interface: 2))
    // What is not known is taken for what allows it.
    #expect(Self.rule(nil, timestamps: nil).applies(source: far, destination: far))
    #expect(Self.rule(2).applies(source: nil, destination: far))
  }

  @Test func `how old a TIME_WAIT must be, on both sides of the border`() {
    let rule = Self.rule(1)
    #expect(!rule.isReusable(leftMilliseconds: 60_000, within: 0))
    #expect(!rule.isReusable(leftMilliseconds: 59_000, within: 0))
    #expect(rule.isReusable(leftMilliseconds: 58_999, within: 0))
    #expect(!rule.isReusable(leftMilliseconds: 59_200, within: 200))
    #expect(rule.isReusable(leftMilliseconds: 59_200, within: 201))
    #expect(rule.isReusable(leftMilliseconds: 0, within: 0))
    // Old kernels' late timers, and numbers that make no sense.
    #expect(rule.isReusable(leftMilliseconds: .max, within: .max))
    // Whole seconds are counted: what is the earliest is spared.
    let old = Self.rule(1, delay: nil, on: KernelVersion(6, 13))
    #expect(old.isReusable(leftMilliseconds: 59_999, within: 0))
    #expect(!old.isReusable(leftMilliseconds: 60_000, within: 0))
    #expect(Self.rule(1, delay: nil, on: KernelVersion(4, 18)) == rule)
    #expect(Self.rule(2, delay: nil, on: KernelVersion(4, 18)) == rule)
    #expect(!Self.rule(1, delay: .max).isReusable(leftMilliseconds: 0, within: 0))
    #expect(Self.rule(1, delay: -1).isReusable(leftMilliseconds: 59_999, within: 0))
  }

  @Test func `times of none, one and several calls`() {
    #expect(CallTimes([]) == nil)
    let one = CallTimes([7])
    #expect(one?.minimum == 7 && one?.median == 7 && one?.maximum == 7)
    let several = CallTimes([9, 1, 5, 3])
    #expect(several?.minimum == 1 && several?.median == 5 && several?.maximum == 9)
  }

  @Test func `a search is 50 microseconds more than the call without one`() {
    func isSearching(
      _ times: [UInt64], plain: UInt64?, unused: UInt64?, of range: Int? = 28_232
    ) -> Bool? {
      var series = ProbeSeries(
        answers: times.map {
          ProbeAnswer(outcome: .exhausted(.addressNotAvailable), nanoseconds: $0)
        }, establishedCount: 0)
      series.withoutSearch = plain.flatMap { CallTimes([$0]) }
      series.unused = unused.flatMap { CallTimes([$0]) }
      series.rangeCount = range
      #expect(!series.isTooNarrow || series.isSearching == nil)
      return series.isSearching
    }
    #expect(isSearching([53_000], plain: 3000, unused: nil) == false)
    #expect(isSearching([53_001], plain: 3000, unused: nil) == true)
    // One that was not interrupted is enough to tell.
    #expect(isSearching([900_000, 3000, 800_000], plain: 3000, unused: nil) == false)
    // Where even an unused destination is searched for, that is a search too.
    #expect(isSearching([300_000], plain: 3000, unused: 300_000) == true)
    #expect(isSearching([300_000], plain: nil, unused: 3000) == true)
    #expect(isSearching([300_000], plain: nil, unused: nil) == nil)
    #expect(isSearching([], plain: 3000, unused: 3000) == nil)
    #expect(isSearching([.max], plain: .max, unused: nil) == false)
    // 70 of 100 ports are looked at in a microsecond: fast says nothing there, slow still does.
    #expect(isSearching([4000], plain: 3000, unused: nil, of: 100) == nil)
    #expect(isSearching([4000], plain: 3000, unused: nil, of: 9999) == nil)
    #expect(isSearching([4000], plain: 3000, unused: nil, of: 10_000) == false)
    #expect(isSearching([4000], plain: 3000, unused: nil, of: nil) == nil)
    #expect(isSearching([90_000], plain: 3000, unused: nil, of: 6000) == true)
  }
}
