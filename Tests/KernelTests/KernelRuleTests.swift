import Kernel
import Testing

/// Each rule on both sides of its border.
@Suite struct KernelRuleTests {
  /// The first release with the rule, and the last one without it.
  static let borders: [(KernelRule, String, String)] = [
    (.splitsByParity, "4.6.0", "4.5.7"), (.reusesLoopbackAlone, "4.19.0", "4.18.20"),
    (.answersLegacyUDP, "5.9.0", "5.8.18"),
    (.limitsRangeOfSocket, "6.3.0", "6.2.16"), (.reportsBoundInactive, "6.8.0", "6.7.12"),
    (.mixesParityInLimitedRange, "6.8.0", "6.7.12"), (.dumpsAtOnce, "6.9.0", "6.8.12"),
    (.reusesInNextSecond, "4.19.0", "4.18.20"), (.recomputesBuckets, "6.17.8", "6.17.7"),
    (.namesInitialNamespace, "6.18.0", "6.17.13"),
  ]

  @Test(arguments: borders)
  func `a rule holds from its version on`(
    _ rule: KernelRule, _ first: String, _ last: String
  ) throws {
    #expect(try #require(KernelVersion(release: first)).has(rule))
    #expect(try !#require(KernelVersion(release: last)).has(rule))
  }

  @Test func `every rule has a border`() {
    #expect(Set(Self.borders.map(\.0)) == Set(KernelRule.allCases))
  }

  @Test func `a kernel of an unknown version has no rule`() {
    #expect(KernelRule.allCases.allSatisfy { !KernelVersion(0, 0).has($0) })
  }
}
