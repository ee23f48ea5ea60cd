import Testing

@testable import HostFacts

@Suite struct ProcessorTimeTests {
  private static func time(_ text: String) -> ProcessorTime? {
    let bytes = Array(text.utf8)
    return ProcessorTime(bytes.span)
  }

  @Test func `the first line is all processors, and waiting for a disk is idle time`() throws {
    let before = try #require(Self.time("cpu  100 1 10 1000 50 2 3 4 90 1\ncpu0 1 1 1 1\n"))
    #expect((before.busyTicks, before.ticks) == (120, 1170))
    let after = try #require(Self.time("cpu  160 1 30 1010 60 2 3 4\n"))
    #expect(after.busyShare(since: before) == 0.8)
    #expect(before.busyShare(since: before) == nil)
    #expect(before.busyShare(since: after) == nil)
    // Linux 2.4 had four.
    #expect(Self.time("cpu 1 2 3 4")?.busyTicks == 6)
  }

  @Test(arguments: ["", "cpu", "cpu 1 2 3", "cpu0 1 2 3 4", "cpu a b c d", "\ncpu 1 2 3 4"])
  func `anything else is not known`(_ text: String) {
    #expect(Self.time(text) == nil)
  }

  @Test func `the running host's is read`() throws {
    let time = try #require(ProcessorTime.read())
    #expect(time.ticks > 0 && time.busyTicks <= time.ticks)
  }
}
