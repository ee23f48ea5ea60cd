import Frames
import FramesTestKit
import Inet
import Pools
import PropertyTestKit
import Testing

/// Which owners a frame keeps when there is no room for all.
@Suite struct OwnerSelectionTests {
  private static func written(_ frame: Frame) throws -> Frame {
    var words: [UInt64] = []
    frame.write(into: &words, capacity: FrameCapacity(wordCount: 1 << 12))
    return try Frame(words.span)
  }

  private static func owner(_ number: Int) -> OwnerRecord {
    OwnerRecord(
      kind: .cgroup, id: UInt64(number), name: "unit-\(number).service", ports: 10_000 - number,
      timeWait: number)
  }

  @Test func `who holds a listed pool stays, beside those with most ports`() throws {
    var generator = SeededGenerator.fresh()
    var frame = generator.frame(poolCount: 6)
    frame.owners = (0..<40).map { Self.owner($0) }
    for index in frame.pools.indices {
      frame.pools[index].owners = [39 - index, 20 - index].map {
        OwnerShare(owner: $0, ports: 5, timeWait: 1, isInferred: false)
      }
    }
    let read = try Self.written(frame)
    #expect(read.owners == [0, 1, 2, 3, 36, 37, 38, 39].map { Self.owner($0) })
    for (pool, before) in zip(read.pools, frame.pools).prefix(4) {
      #expect(read.owners(of: pool).map(\.id) == [frame.owners[before.owners[0].owner].id])
      #expect(read.owners(of: pool)[0].ports == 5)
    }
    #expect(read.pools.dropFirst(4).allSatisfy { $0.owners.isEmpty })
  }

  @Test func `a share names in the slot whom it named before, or nobody`() throws {
    for _ in 0..<rounds(200) {
      var generator = SeededGenerator.fresh()
      var frame = generator.frame(poolCount: generator.small(12))
      frame.owners = (0..<generator.small(30)).map { Self.owner($0) }
      // Some of them name nobody at all.
      frame.pools = frame.pools.map {
        generator.poolRecord($0.key, ownerCount: frame.owners.count + 2)
      }
      let read = try Self.written(frame)
      #expect(read.owners.count == min(8, frame.owners.count), "\(generator.replay)")
      let ids = read.owners.map(\.id)
      #expect(ids == ids.sorted(), "\(generator.replay)")
      for (pool, before) in zip(read.pools, frame.pools) {
        let named = frame.owners(of: before), kept = read.owners(of: pool)
        #expect(kept.count == pool.owners.count, "\(generator.replay)")
        let there = named.filter { owner in read.owners.contains { $0.id == owner.id } }
        #expect(kept == there, "\(generator.replay)")
      }
    }
  }
}
