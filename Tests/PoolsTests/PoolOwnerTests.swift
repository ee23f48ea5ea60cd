import Pools
import PropertyTestKit
import Testing

/// A pool divided among who holds it.
@Suite struct PoolOwnerTests {
  private typealias Holder = (id: UInt64, name: String?, ports: Int, timeWait: Int)

  @Test func `what is seen is theirs, and the rest is divided in proportion`() {
    let holders: [Holder] = [(7, "cron", 10, 0), (4711, "haproxy", 30, 0)]
    let owners = PoolOwner.divided(.cgroup, holders, inUse: 60, timeWait: 20)
    #expect(
      owners == [
        PoolOwner(
          kind: .cgroup, id: 4711, name: "haproxy", ports: 45, timeWait: 15, isInferred: true,
          inferredPorts: 15),
        PoolOwner(
          kind: .cgroup, id: 7, name: "cron", ports: 15, timeWait: 5, isInferred: true,
          inferredPorts: 5),
      ])
  }

  @Test func `what is remembered is not inferred`() {
    let holders: [Holder] = [(1, nil, 30, 20), (2, nil, 10, 0)]
    let owners = PoolOwner.divided(.user, holders, inUse: 40, timeWait: 20)
    #expect(owners.map(\.ports) == [30, 10])
    #expect(owners.map(\.timeWait) == [20, 0])
    #expect(owners.map(\.isInferred) == [false, false])
  }

  @Test func `nobody known is nobody, and nothing missing is nothing inferred`() {
    #expect(PoolOwner.divided(.user, [], inUse: 5, timeWait: 5).isEmpty)
    #expect(PoolOwner.divided(.user, [(1, nil, 0, 0)], inUse: 5, timeWait: 5).isEmpty)
    // A table that moved may have more rows than the pool has ports.
    let more = PoolOwner.divided(.user, [(1, nil, 9, 0)], inUse: 5, timeWait: 5)
    #expect(more.map(\.ports) == [9])
    #expect(more.map(\.isInferred) == [false])
  }

  @Test func `orphans that are remembered are not in TIME_WAIT`() {
    // Of four hundred ports of two: one's are all FIN_WAIT2 orphans, the other's all in TIME_WAIT.
    let holders: [Holder] = [(1, nil, 200, 0), (2, nil, 200, 200)]
    let owners = PoolOwner.divided(.cgroup, holders, inUse: 400, timeWait: 200)
    #expect(owners.map(\.timeWait) == [0, 200])
    #expect(owners.map(\.isInferred) == [false, false])
  }

  @Test func `owners never have more in TIME_WAIT together than the pool has`() {
    for _ in 0..<rounds(500) {
      var generator = SeededGenerator.fresh()
      let holders: [Holder] = (0..<1 + generator.small(6)).map { index in
        let waiting = generator.small(50)
        return (UInt64(index), nil, waiting + generator.small(50), waiting)
      }
      let waiting = generator.small(200)
      let owners = PoolOwner.divided(
        .user, holders, inUse: waiting + generator.small(200), timeWait: waiting)
      #expect(owners.reduce(0) { $0 + $1.timeWait } <= waiting, "\(generator.replay)")
      #expect(owners.allSatisfy { $0.timeWait <= $0.ports }, "\(generator.replay)")
    }
  }

  @Test func `shares are whole and add up`() {
    for _ in 0..<rounds(500) {
      var generator = SeededGenerator.fresh()
      let holders: [Holder] = (0..<1 + generator.small(6)).map {
        index in
        let waiting = generator.small(20)
        return (UInt64(index), nil, waiting + generator.small(50), waiting)
      }
      let known = holders.reduce(0) { $0 + $1.ports }
      let waiting = holders.reduce(0) { $0 + $1.timeWait } + generator.small(100)
      let inUse = known + generator.small(200)
      let owners = PoolOwner.divided(.user, holders, inUse: inUse, timeWait: waiting)
      guard known > 0 else { continue }
      #expect(owners.reduce(0) { $0 + $1.ports } == inUse, "\(generator.replay)")
      for owner in owners {
        let holder = holders[Int(owner.id)]
        let mine = holder.ports
        let exact = Double(inUse - known) * Double(mine) / Double(known)
        #expect(abs(Double(owner.ports - mine) - exact) < 1, "\(generator.replay)")
        #expect(owner.timeWait >= holder.timeWait && owner.timeWait <= owner.ports)
      }
      #expect(owners.map(\.ports) == owners.map(\.ports).sorted(by: >), "\(generator.replay)")
    }
  }
}
