import Inet
import Testing

@Suite struct PortRangeTests {
  @Test func `a range counts both of its ends`() throws {
    #expect(PortRange.kernelDefault.count == 28_232)
    #expect(PortRange.all.count == 65_536)
    #expect(PortRange(443).count == 1)
    let range = try #require(PortRange(low: 10, high: 12))
    #expect([9, 10, 12, 13].map { range.contains($0) } == [false, true, true, false])
  }

  @Test func `an empty range cannot be made`() {
    #expect(PortRange(low: 2, high: 1) == nil)
    #expect(PortRange(low: 2, high: 2) == PortRange(2))
  }

  @Test func `a range is written with both ends or as one port`() {
    #expect(PortRange.kernelDefault.description == "32768–60999")
    #expect(PortRange(443).description == "443")
  }
}
