import Frames
import FramesTestKit
import Inet
import Pools
import Testing

/// Ports without owner, divided by what somebody saw who keeps looking.
@Suite struct OwnerMemoryTests {
  @Test func `where nobody holds a port alive, whose TIME_WAIT it is comes from the ring alone`() {
    let gone = PoolOwner(
      kind: .cgroup, id: 2, name: "unit 2", ports: 700, timeWait: 700, isInferred: false)
    let user = PoolOwner(kind: .user, id: 33, name: "u", ports: 4, timeWait: 1, isInferred: false)
    let all = PoolOwner.recalled([], SeenOwners([gone], restTimeWait: 0), inUse: 640, timeWait: 640)
    #expect(all.map(\.id) == [2] && all[0].ports == 640 && all[0].timeWait == 640)
    // What others had is nobody's, and both have as much less of it.
    let most = PoolOwner.recalled(
      [user], SeenOwners([gone], restTimeWait: 100, restPorts: 100), inUse: 640,
      timeWait: 640)
    #expect(most.map(\.kind) == [.cgroup, .user] && most[0].ports == 560 && most[1] == user)
    #expect(
      PoolOwner.recalled([], SeenOwners([gone], restTimeWait: 0), inUse: 640, timeWait: nil).isEmpty
    )
    #expect(
      PoolOwner.recalled([], SeenOwners([gone], restTimeWait: 0), inUse: 0, timeWait: 0).isEmpty)
  }

  @Test func `orphans go to whom they were, and TIME_WAIT to whom it was`() {
    func owner(_ id: UInt64, _ ports: Int, _ timeWait: Int) -> PoolOwner {
      PoolOwner(
        kind: .cgroup, id: id, name: "unit \(id)", ports: ports, timeWait: timeWait,
        isInferred: false)
    }
    let seen = SeenOwners([owner(1, 200, 0), owner(2, 200, 200)], restTimeWait: 0)
    let found = PoolOwner.recalled([], seen, inUse: 400, timeWait: 200)
    #expect(found.map(\.id) == [1, 2] && found.map(\.ports) == [200, 200])
    #expect(found.map(\.timeWait) == [0, 200])
    // The same where a third one's living socket had it all.
    let alone = PoolOwner.divided(
      .cgroup, [(3, "unit 3", 1, 0)], inUse: 401, timeWait: 200)
    let three = SeenOwners(seen.owners, restTimeWait: 0, restPorts: 1)
    let anew = PoolOwner.recalled(alone, three, inUse: 401, timeWait: 200)
    #expect(anew.map(\.id) == [1, 2, 3] && anew.map(\.ports) == [200, 200, 1])
    #expect(anew.map(\.isInferred) == [true, true, false])
    // A unit that has another number now is known by its name.
    let again = PoolOwner.divided(.cgroup, [(9, "unit 2", 7, 0)], inUse: 207, timeWait: 200)
    let second = PoolOwner.recalled(
      again, SeenOwners([owner(2, 207, 200)], restTimeWait: 0), inUse: 207, timeWait: 200)
    #expect(second.map(\.id) == [9] && second.map(\.ports) == [207])
  }

  @Test func `a number is known before a name`() {
    let seen = SeenOwners(
      [
        PoolOwner(
          kind: .cgroup, id: 7, name: "app", ports: 100, timeWait: 100, isInferred: false)
      ], restTimeWait: 0)
    let living = PoolOwner.divided(
      .cgroup, [(5, "app", 50, 0), (7, "app", 20, 0)], inUse: 170, timeWait: 100)
    let found = PoolOwner.recalled(living, seen, inUse: 170, timeWait: 100)
    #expect(found.map(\.id) == [7, 5] && found.map(\.ports) == [120, 50])
  }

  @Test func `what a connect pool gave to nobody is nobody's of bind either`() throws {
    func pool(_ key: PoolKey, _ owners: [PoolOwner]) throws -> Pool {
      var pool = try #require(
        CollectorMemoryTests.namespace().pools.first { $0.key == Scenario.key })
      (pool.key, pool.owners, pool.inUse) = (key, owners, 410)
      return pool
    }
    func owner(_ id: UInt64, _ ports: Int) -> PoolOwner {
      PoolOwner(
        kind: .cgroup, id: id, name: nil, ports: ports, timeWait: 0, isInferred: false)
    }
    let before = PoolOwner.divided(
      .cgroup, [(1, nil, 100, 0), (2, nil, 10, 0)], inUse: 410, timeWait: 300)
    let after = PoolOwner.recalled(
      before,
      SeenOwners([owner(1, 100), owner(2, 10)], restTimeWait: 200, restPorts: 200), inUse: 410,
      timeWait: 300)
    #expect(after.map(\.ports) == [100, 10])
    let shares = RecalledShares(
      before: [try pool(Scenario.key, before)], after: [try pool(Scenario.key, after)])
    #expect(try shares.owners(of: pool(.bind(.any), before))?.map(\.ports) == [100, 10])
  }

  @Test func `pools of bind say of the same sockets what connect pools say`() throws {
    func pool(_ key: PoolKey, _ owners: [PoolOwner], inUse: Int) throws -> Pool {
      var pool = try #require(
        CollectorMemoryTests.namespace().pools.first { $0.key == Scenario.key })
      (pool.key, pool.owners, pool.inUse) = (key, owners, inUse)
      return pool
    }
    guard case .connect(let source, _, _, _) = Scenario.key else { return }
    func divided(_ id: UInt64, _ living: Int, _ waiting: Int) -> [PoolOwner] {
      PoolOwner.divided(
        .cgroup, [(id, "unit \(id)", living, 0)], inUse: living + waiting, timeWait: waiting)
    }
    let culprit = PoolOwner(
      kind: .cgroup, id: 2, name: "unit 2", ports: 600, timeWait: 600, isInferred: true,
      inferredPorts: 600)
    let innocent = divided(1, 3, 600)
    for before in [innocent, []] {
      let after = PoolOwner.recalled(
        before, SeenOwners([culprit], restTimeWait: 0, restPorts: 0), inUse: 600, timeWait: 600)
      let shares = RecalledShares(
        before: [try pool(Scenario.key, before, inUse: 603)],
        after: [try pool(Scenario.key, after, inUse: 603)])
      for local in [BindLocal.any, .address(source)] {
        let found = try #require(shares.owners(of: pool(.bind(local), innocent, inUse: 603)))
        #expect(found.map(\.id) == [2, 1] && found.map(\.ports) == [600, 3], "\(local)")
        #expect(found.map(\.timeWait) == [600, 0] && found.map(\.inferredPorts) == [600, 0])
      }
      #expect(try shares.account(for: pool(.bind(.any), innocent, inUse: 603)))
      // Also of ports that were nobody's.
      let free = try #require(shares.owners(of: pool(.bind(.any), divided(1, 3, 0), inUse: 603)))
      #expect(free.map(\.id) == [2, 1] && free.map(\.ports) == [600, 3])
      // Of another address nothing follows, nor of UDP.
      for key in [PoolKey.bind(.address(.anyIPv4)), .udpBind(.any)] {
        #expect(try shares.owners(of: pool(key, innocent, inUse: 603)) == innocent)
      }
      // What pools that are not listed gave stays with whom it was given.
      let more = divided(1, 3, 900)
      let found = try #require(shares.owners(of: pool(.bind(.any), more, inUse: 903)))
      #expect(found.map(\.id) == [2, 1] && found.map(\.ports) == [600, 303])
      #expect(found.map(\.timeWait) == [600, 300])
      #expect(try !shares.account(for: pool(.bind(.any), more, inUse: 903)))
    }
  }
}
