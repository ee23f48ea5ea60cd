import Inet
import Owners
import PropertyTestKit
import Testing

/// Counting by owner against a naive model.
@Suite struct OwnerCountsTests {
  private struct Socket {
    var owner: UInt64?
    var pool: Int?
    var port: UInt16
    var state: UInt8
    var isCounted: Bool
  }

  private static func tuple(_ pool: Int) -> TupleKey {
    TupleKey(
      source: IPAddress(ipv4: 0x0a00_0001), destination: IPAddress(ipv4: UInt32(pool)), port: 443)
  }

  private static func counts(
    _ sockets: [Socket], owners: Int, poolLimit: Int = 1000
  ) -> (OwnerCounts, PortHoldings) {
    var holdings = PortHoldings(poolLimit: poolLimit)
    for socket in sockets {
      holdings.append(
        owner: socket.owner ?? PortHoldings.noOwner, tuple: socket.pool.map(tuple),
        port: socket.port, state: socket.state, isCounted: socket.isCounted)
    }
    let counts = OwnerCounts(
      holdings, ownerCount: OwnerCounts.firstKnown + owners
    ) { $0 == 0 ? OwnerCounts.unseen : Int($0) - 1 + OwnerCounts.firstKnown }
    return (counts, holdings)
  }

  @Test func `somebody who knows better divides, also among those who hold nothing alive`() {
    var holdings = PortHoldings()
    func add(_ count: Int, pool: Int, from port: UInt16, state: UInt8, owner: UInt64? = nil) {
      for index in 0..<count {
        holdings.append(
          owner: owner ?? PortHoldings.noOwner, tuple: Self.tuple(pool),
          port: port + UInt16(index), state: state)
      }
    }
    add(4, pool: 0, from: 40_000, state: 1, owner: 1)
    add(10, pool: 0, from: 40_010, state: 6)
    add(5, pool: 0, from: 40_030, state: 5)
    add(3, pool: 1, from: 40_040, state: 6)
    add(2, pool: 2, from: 40_050, state: 1, owner: 1)
    add(2, pool: 2, from: 40_060, state: 6)
    var asked: [TupleKey: OwnerlessSockets] = [:]
    let first = OwnerCounts.firstKnown
    let counts = OwnerCounts(holdings, ownerCount: first + 1) { _ in
      first
    } divide: { pool, sockets in
      asked[pool] = sockets()
      switch pool {
      // More than there are of one, less of the other.
      case Self.tuple(0):
        return [
          OwnerlessShare(owner: first + 2, waiting: 7, orphaned: 1),
          OwnerlessShare(owner: first, waiting: 9, orphaned: 2),
        ]
      case Self.tuple(1): return []
      default: return nil
      }
    }
    #expect(
      asked == [
        Self.tuple(0): OwnerlessSockets(living: [first: 4], waiting: 10, orphaned: 5),
        Self.tuple(1): OwnerlessSockets(living: [:], waiting: 3, orphaned: 0),
        Self.tuple(2): OwnerlessSockets(living: [first: 2], waiting: 2, orphaned: 0),
      ])
    #expect(counts.owners.map(\.ports) == [2 + 3, 0, 6 + 3 + 2 + 2, 0, 8])
    #expect(counts.owners.map(\.inferred) == [0, 0, 7, 0, 8])
    #expect(counts.owners.map { $0.states[.timeWait] } == [3, 0, 5, 0, 7])
    #expect(counts.owners[first + 2].pools == 1)
    #expect(counts.owners[first + 2].tightest == Self.tuple(0))
    #expect(counts.ports == 26 && counts.sockets == 26)
  }

  @Test func `what is seen is counted as it is, and what is not is divided in proportion`() {
    for _ in 0..<rounds(60) {
      var generator = SeededGenerator.fresh()
      let owners = 1 + generator.small(6), pools = 1 + generator.small(5)
      let sockets = (0..<generator.small(400)).map { _ in
        Socket(
          owner: generator.oneIn(3) ? nil : UInt64(generator.small(owners + 1)),
          pool: generator.oneIn(6) ? nil : generator.small(pools),
          port: UInt16(40_000 + generator.small(300)),
          state: generator.pick([1, 1, 6, 8, 10, 13]), isCounted: !generator.oneIn(5))
      }
      let (counts, _) = Self.counts(sockets, owners: owners)
      let counted = sockets.filter(\.isCounted)
      let seed = generator.replay
      #expect(counts.sockets == counted.count, "\(seed)")
      #expect(counts.ports == Set(counted.map(\.port)).count, "\(seed)")
      #expect(counts.owners.reduce(0) { $0 + $1.sockets } == counted.count, "\(seed)")
      for state in SocketState.allCases {
        let inState = counted.count { $0.state == state.rawValue }
        #expect(counts.owners.reduce(0) { $0 + $1.states[state] } == inState, "\(seed)")
      }
      for owner in 1...owners {
        let count = counts.owners[OwnerCounts.firstKnown + owner - 1]
        let mine = counted.filter { $0.owner == UInt64(owner) }
        #expect(count.sockets == mine.count + count.inferred, "\(seed)")
        let ports = Set(mine.map(\.port)).count
        #expect(count.ports >= ports && count.ports <= ports + count.inferred, "\(seed)")
        #expect(count.inferred > 0 || count.ports == ports, "\(seed)")
        // Whole numbers: no further than one from the exact share, in each pool.
        let exact = (0..<pools).reduce(0.0) { sum, pool in
          let living = sockets.filter { $0.pool == pool && $0.owner != nil }
          let ownerless = sockets.count { $0.pool == pool && $0.owner == nil }
          guard !living.isEmpty else { return sum }
          let share = Double(living.count { $0.owner == UInt64(owner) }) / Double(living.count)
          return sum + share * Double(ownerless)
        }
        #expect(Double(count.inferred) <= exact + Double(pools), "\(seed)")
      }
      let orphans = sockets.filter { socket in
        socket.isCounted && socket.owner == nil
          && !sockets.contains { $0.pool == socket.pool && $0.pool != nil && $0.owner != nil }
      }
      #expect(counts.owners[OwnerCounts.unknown].sockets >= orphans.count, "\(seed)")
    }
  }

  @Test func `shares are whole numbers, and the largest remainder is served first`() {
    func inferred(_ living: [Int], _ waiting: Int) -> [Int] {
      var sockets: [Socket] = []
      func add(_ owner: UInt64?, _ count: Int) {
        for _ in 0..<count {
          sockets.append(
            Socket(
              owner: owner, pool: 0, port: UInt16(40_000 + sockets.count), state: 6,
              isCounted: true))
        }
      }
      for (index, count) in living.enumerated() { add(UInt64(index), count) }
      add(nil, waiting)
      let (counts, _) = Self.counts(sockets, owners: living.count - 1)
      return [counts.owners[OwnerCounts.unknown].sockets]
        + counts.owners.dropFirst(OwnerCounts.firstKnown).map(\.inferred)
    }
    // Unseen living, then owners; the share of the unseen stays unknown.
    #expect(inferred([0, 30, 10], 20) == [0, 15, 5])
    #expect(inferred([0, 1, 1, 1], 2) == [0, 1, 1, 0])
    #expect(inferred([0, 2, 1], 2) == [0, 1, 1])
    #expect(inferred([10, 10, 0], 8) == [4, 4, 0])
    #expect(inferred([0, 0], 5) == [5, 0])
    #expect(inferred([3, 0], 5) == [5, 0])
    #expect(inferred([0, 7], 0) == [0, 0])
  }

  @Test func `pools beyond the limit are counted, and nothing is inferred for them`() {
    let sockets = (0..<20).map { index in
      Socket(
        owner: index % 2 == 0 ? 1 : nil, pool: index / 2, port: UInt16(40_000 + index), state: 1,
        isCounted: true)
    }
    let (counts, holdings) = Self.counts(sockets, owners: 1, poolLimit: 4)
    #expect(holdings.poolOverflowCount == 12)
    #expect(counts.owners[OwnerCounts.firstKnown].sockets == 14)
    #expect(counts.owners[OwnerCounts.firstKnown].inferred == 4)
    #expect(counts.owners[OwnerCounts.unknown].sockets == 6)
    #expect(counts.ports == 20)
  }

  @Test func `of sockets that several hold, those that are counted count`() {
    var holders = SocketHolders(count: 3)
    holders.claim([1, 2, 3], for: 1)
    holders.claim([1, 2], for: 2)
    #expect((0...4).map { holders.isShared($0) } == [false, true, true, false, false])
    var holdings = PortHoldings()
    for (number, isCounted) in [(1, true), (2, false), (3, true)] {
      holdings.append(
        owner: UInt64(number), tuple: nil, port: 40_000, state: 1, isCounted: isCounted)
    }
    holdings.append(owner: PortHoldings.noOwner, tuple: nil, port: 40_001, state: 6)
    #expect(holdings.sharedCount(holders) == 1)
  }

  @Test func `nothing held, and numbers that nobody gave, are harmless`() {
    let (none, _) = Self.counts([], owners: 0)
    #expect(none.ports == 0 && none.sockets == 0)
    let socket = Socket(owner: 99, pool: 0, port: 1, state: 99, isCounted: true)
    let (counts, _) = Self.counts([socket], owners: 1)
    #expect(counts.owners[OwnerCounts.unseen].sockets == 1)
  }
}
