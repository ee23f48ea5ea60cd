import Kernel
import PropertyTestKit
import Testing

@testable import HostFacts

/// attributed + unattributed + lost = total, whatever comes when.
@Suite struct FailureTallyTests {
  @Test func `what was counted, sampled and lost adds up`() {
    var tally = FailureTally()
    // Ten counted: six attributed, one not, two lost; the tenth was not sampled.
    #expect(
      tally.settle(before: 10, after: 10, sampled: 7, attributed: 6, lost: 2)
        == .init(total: 10, attributed: 6, unattributed: 2, lost: 2))
    #expect(
      tally.settle(before: 10, after: 10, sampled: 0, attributed: 0, lost: 0)
        == .init(total: 0, attributed: 0, unattributed: 0, lost: 0))
  }

  @Test func `samples that came while they were drained are counted with them, and not twice`() {
    var tally = FailureTally()
    #expect(
      tally.settle(before: 3, after: 5, sampled: 5, attributed: 5, lost: 0)
        == .init(total: 5, attributed: 5, unattributed: 0, lost: 0))
    #expect(
      tally.settle(before: 6, after: 6, sampled: 1, attributed: 1, lost: 0)
        == .init(total: 1, attributed: 1, unattributed: 0, lost: 0))
  }

  @Test func `losses that are told late were told as unattributed already`() {
    var tally = FailureTally()
    #expect(
      tally.settle(before: 9, after: 9, sampled: 4, attributed: 4, lost: 0)
        == .init(total: 9, attributed: 4, unattributed: 5, lost: 0))
    #expect(
      tally.settle(before: 10, after: 10, sampled: 1, attributed: 1, lost: 5)
        == .init(total: 1, attributed: 1, unattributed: 0, lost: 0))
  }

  @Test func `at every reading the sum is the total, and the total the counter's`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(200) {
      var tally = FailureTally(), counter: UInt64 = 0, told: UInt64 = 0
      for _ in 0..<20 {
        counter += UInt64(generator.small(50))
        let before = counter
        counter += UInt64(generator.small(5))
        let sampled = UInt64(generator.small(80))
        let rise = tally.settle(
          before: before, after: counter, sampled: sampled,
          attributed: UInt64(generator.small(Int(sampled) + 1)), lost: UInt64(generator.small(30)))
        told += rise.total
        #expect(
          rise.attributed + rise.unattributed + rise.lost == rise.total, "\(generator.replay)")
        #expect((before...counter).contains(told), "\(generator.replay)")
      }
    }
  }

  @Test(arguments: [
    "812 (haproxy) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99 100",
    "812 (a b) (c)) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99 100",
  ]) func `a thread's line is read, whatever its name`(line: String) throws {
    let stat = try #require(ThreadStat(Array(line.utf8)))
    #expect(stat.command == (line.contains("haproxy") ? "haproxy" : "a b) (c)"))
    #expect(!stat.isKernelThread && stat.startTicks == 4711)
  }

  @Test func `kernel threads are known, control characters are not shown, damage is nothing`()
    throws
  {
    let line = "9 (k\u{1b}\n) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 0 -20 1 0 77 0 0"
    let stat = try #require(ThreadStat(Array(line.utf8)))
    #expect(stat.isKernelThread && stat.command == "k??")
    for bad in ["", "9", "9 (", "9 )x(", "9 (x) S 1", line.replacing("69238880", with: "x")] {
      #expect(ThreadStat(Array(bad.utf8)) == nil, "\(bad)")
    }
  }

  @Test func `the calling thread is at home, and one that is not there has no origin`() throws {
    let home = try #require(ThreadOrigin.Home())
    let line = try KernelFile.read("/proc/thread-self/stat", limit: 2048)
    let thread = try #require(Int32(String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self)))
    let origin = try #require(
      ThreadOrigin(process: Credentials.processID, thread: thread, home: home))
    #expect(origin.isOwnNamespace && origin.namespaceInode == home.namespaceInode)
    #expect(home.fileInode != nil)
    for number in [0, -1, Int32.max] as [Int32] {
      #expect(ThreadOrigin(process: number, thread: number, home: home) == nil)
    }
  }
}
