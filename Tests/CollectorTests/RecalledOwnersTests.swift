import Frames
import Inet
import Owners
import Pools
import PropertyTestKit
import Testing

@testable import Collector

/// Sockets without owner, divided as a collector saw them.
@Suite struct RecalledOwnersTests {
  private static let source = IPAddress(ipv4: 0x0a00_0001)
  private static let destination = IPAddress(ipv4: 0x0a00_0002)
  private static let tuple = TupleKey(source: source, destination: destination, port: 443)

  private static func memory(
    _ owners: [PoolOwner], restTimeWait: Int? = 0, restPorts: Int = 0
  ) -> OwnerMemory {
    OwnerMemory(
      ageNanoseconds: 1, range: .kernelDefault,
      pools: [
        .connect(source: source, destination: destination, port: 443, interface: 0):
          SeenOwners(owners, restTimeWait: restTimeWait, restPorts: restPorts)
      ])
  }

  private static func seen(_ id: UInt64, ports: Int, timeWait: Int, _ kind: PoolOwner.Kind = .user)
    -> PoolOwner
  {
    PoolOwner(
      kind: kind, id: id, name: "u\(id)", ports: ports, timeWait: timeWait, isInferred: false)
  }

  /// What is given to the owners by their places: those of `ids`, and new ones after them.
  private static func shares(
    _ memory: OwnerMemory, _ kind: OwnerKind = .user, living: [Int], waiting: Int,
    orphaned: Int = 0, range: PortRange = .kernelDefault
  ) -> (shares: [Int: [Int]], isUsed: Bool)? {
    guard var recalled = RecalledOwners(memory, kind, of: range) else { return nil }
    var ids = (0..<living.count).map { UInt64(1000 + $0) }
    let sockets = OwnerlessSockets(
      living: Dictionary(
        uniqueKeysWithValues: living.enumerated().map { (OwnerCounts.firstKnown + $0, $1) }),
      waiting: waiting, orphaned: orphaned)
    let shares = recalled.shares(of: tuple, { sockets }) { id, _ in
      if let place = ids.firstIndex(of: id) { return place }
      ids.append(id)
      return ids.count - 1
    }
    guard let shares else { return ([:], recalled.isUsed) }
    return (
      Dictionary(
        uniqueKeysWithValues: shares.map {
          ($0.owner - OwnerCounts.firstKnown, [$0.waiting, $0.orphaned])
        }), recalled.isUsed
    )
  }

  @Test func `what waits is theirs who were seen with it, also of those who hold nothing now`() {
    // 1000 lives and never waited; 7 waited.
    let memory = Self.memory([
      Self.seen(1000, ports: 3, timeWait: 0), Self.seen(7, ports: 50, timeWait: 40),
    ])
    let found = Self.shares(memory, living: [3], waiting: 40, orphaned: 10)
    #expect(found?.shares == [1: [40, 10]] && found?.isUsed == true)
    // What living ones had that lives no more, they lost.
    let both = Self.memory([
      Self.seen(1000, ports: 30, timeWait: 20), Self.seen(7, ports: 20, timeWait: 20),
    ])
    #expect(Self.shares(both, living: [10], waiting: 40)?.shares == [0: [20, 0], 1: [20, 0]])
  }

  @Test func `what closed since is theirs whose it was, and not his who waited before`() {
    let memory = Self.memory([
      Self.seen(1000, ports: 3, timeWait: 1), Self.seen(1001, ports: 100, timeWait: 0),
    ])
    let found = Self.shares(memory, living: [2, 10], waiting: 91)
    #expect(found?.shares == [0: [1, 0], 1: [90, 0]])
    // What came and went since is theirs who let sockets wait.
    #expect(
      Self.shares(memory, living: [2, 10], waiting: 95)?.shares == [0: [5, 0], 1: [90, 0]])
    // Also a newcomer who has opened others, and not one who stays as it is.
    let left = Self.memory([Self.seen(7, ports: 10, timeWait: 10)])
    #expect(
      Self.shares(left, living: [50], waiting: 6010)?.shares == [0: [5000, 0], 1: [1010, 0]])
    let idle = Self.memory([
      Self.seen(7, ports: 10, timeWait: 10), Self.seen(1000, ports: 50, timeWait: 0),
    ])
    #expect(Self.shares(idle, living: [50], waiting: 60)?.shares == [1: [60, 0]])
    // Of what is not there any more, each lost as much.
    let half = Self.memory([
      Self.seen(1000, ports: 40, timeWait: 40), Self.seen(7, ports: 20, timeWait: 20),
    ])
    #expect(Self.shares(half, living: [1], waiting: 30)?.shares == [0: [20, 0], 1: [10, 0]])
    // Who was reset has nothing.
    let reset = Self.memory([
      Self.seen(7, ports: 10, timeWait: 5), Self.seen(8, ports: 3, timeWait: 0),
    ])
    #expect(Self.shares(reset, living: [], waiting: 5)?.shares == [0: [5, 0]])
  }

  @Test func `what others had who do not live is nobody's`() {
    let memory = Self.memory(
      [Self.seen(1000, ports: 51, timeWait: 50), Self.seen(7, ports: 40, timeWait: 40)],
      restTimeWait: 30, restPorts: 30)
    #expect(
      Self.shares(memory, living: [1], waiting: 120)?.shares == [0: [50, 0], 1: [40, 0]])
    // Of one who lives beside them it is.
    #expect(
      Self.shares(memory, living: [1, 4], waiting: 120)?.shares
        == [0: [50, 0], 1: [30, 0], 2: [40, 0]])
  }

  @Test func `nothing is known of other kinds, other pools and another range`() {
    let memory = Self.memory([Self.seen(7, ports: 50, timeWait: 40)])
    #expect(Self.shares(memory, .cgroup, living: [3], waiting: 4)?.isUsed == false)
    #expect(
      Self.shares(memory, living: [3], waiting: 4, range: PortRange(low: 40_000, high: 40_009)!)
        == nil)
    var other = memory
    other.pools = [.udp(.ipv4): SeenOwners([], restTimeWait: 0)]
    #expect(Self.shares(other, living: [3], waiting: 4)?.isUsed == false)
    #expect(RecalledOwners(nil, .user, of: .kernelDefault) == nil)
  }

  @Test func `where it is not known what others had, the living share`() {
    let memory = Self.memory(
      [Self.seen(7, ports: 5, timeWait: 4)], restTimeWait: nil, restPorts: 100)
    let found = Self.shares(memory, living: [3, 1], waiting: 8)
    #expect(found?.shares == [0: [6, 0], 1: [2, 0]] && found?.isUsed == false)
  }

  @Test func `nobody gets more than there is, and it is as in a snapshot`() {
    for _ in 0..<rounds(300) {
      var generator = SeededGenerator.fresh()
      let owners = (0..<1 + generator.small(5)).map { index in
        let ports = generator.small(200)
        // Some of them live.
        return Self.seen(
          UInt64(999 + index), ports: ports, timeWait: generator.small(ports + 1))
      }
      let memory = Self.memory(
        owners, restTimeWait: generator.oneIn(4) ? nil : generator.small(50),
        restPorts: generator.small(100))
      let living = (0..<generator.small(4)).map { _ in 1 + generator.small(50) }
      let waiting = generator.small(100), orphaned = generator.small(20)
      let seed = generator.replay
      guard
        let found = Self.shares(memory, living: living, waiting: waiting, orphaned: orphaned)
      else {
        Issue.record("nothing is recalled: \(seed)")
        continue
      }
      let sums = found.shares.values.reduce(into: [0, 0]) {
        $0[0] += $1[0]
        $0[1] += $1[1]
      }
      #expect(sums[0] <= waiting && sums[0] + sums[1] <= waiting + orphaned, "\(seed)")
      let divided = PoolOwner.divided(
        .user, living.enumerated().map { (UInt64(1000 + $0), nil, $1, 0) },
        inUse: living.reduce(waiting + orphaned, +), timeWait: waiting)
      let key = PoolKey.connect(
        source: Self.source, destination: Self.destination, port: 443, interface: 0)
      let snapshot = PoolOwner.recalled(
        divided, memory.pools[key] ?? SeenOwners([], restTimeWait: 0),
        inUse: living.reduce(waiting + orphaned, +), timeWait: waiting)
      #expect(
        snapshot.map(\.inferredPorts).filter { $0 > 0 }.sorted()
          == found.shares.values.map { $0[0] + $0[1] }.sorted(), "\(seed)")
    }
  }
}
