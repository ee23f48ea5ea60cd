import Frames
import FramesTestKit
import Inet
import Pools
import Testing

/// What a snapshot takes over from a collector's frames.
@Suite struct CollectorMemoryTests {
  private static let now = Scenario.start + 10_500_000_000

  /// Ten frames, a second apart, with two failed connects in the fourth.
  private static var frames: [Frame] {
    var frames = Scenario.proxy(seconds: 11) { 1000 + Int($0) * 100 }.frames
    for index in frames.indices {
      frames[index].counters.add(.connectFailures, index == 3 ? 3 : 0)
      frames[index].counters.add(.connectFailuresAttributed, index == 3 ? 2 : 0)
      frames[index].counters.add(.connectFailuresUnattributed, index == 3 ? 1 : 0)
      frames[index].counters.add(.connectFailuresLost, 0)
      for place in frames[index].pools.indices where frames[index].pools[place].key == Scenario.key
      {
        frames[index].pools[place].failures = index == 3 ? 2 : 0
        frames[index].pools[place].forecast.secondsToExhaustion = 40
        frames[index].pools[place].forecast.arrivalsPerSecond = 100
        frames[index].pools[place].forecast.release = [0, 5, 5, 9, 9, 9]
      }
    }
    return frames
  }

  private static func namespace(cookie: UInt64? = 1, low: UInt16 = 32_768) throws
    -> NamespaceSnapshot
  {
    let range = try #require(PortRange(low: low, high: 60_999))
    let space = PortSpace(range: range, reserved: PortSet(), blocked: PortSet())
    let frame = try #require(frames.last)
    return NamespaceSnapshot(
      name: "host", inode: 1, cookie: cookie, space: space, settings: [],
      tcp: TransportSnapshot(states: StateCounts(), portsInUse: 0, knowsBoundInactive: true),
      udp: nil, addresses: [], pools: frame.pools.map(\.pool), poolTotals: [:],
      other: Remainder(pools: 0, inUseMaximum: 0, isExact: true), countedAtNanoseconds: now)
  }

  @Test func `failures are summed, with their time`() throws {
    let memory = try #require(
      CollectorMemory(Self.frames, of: Self.namespace(), atNanoseconds: Self.now))
    #expect(memory.ageNanoseconds == 500_000_000)
    let failures = try #require(memory.failures)
    #expect(failures.total == 3 && failures.attributed == 2 && failures.unattributed == 1)
    #expect(failures.lost == 0 && failures.possibleBind == nil && failures.possibleUDP == nil)
    #expect(failures.coverage == .host)
    #expect(failures.sinceNanoseconds == Scenario.start - 1_000_000_000)
    #expect(memory.namespaceFailures == 2)
    let trend = try #require(memory.trends[Scenario.key])
    #expect(trend.failures == 2 && trend.secondsSinceFailure == 7.5)
    // As old as the frame is, as much less is left.
    #expect(trend.secondsToExhaustion == 39.5 && trend.arrivalsPerSecond == 100)
    #expect(
      memory.releases[Scenario.key]?.teeth
        == [.init(seconds: 1.5, ports: 5), .init(seconds: 9.5, ports: 4)])
  }

  /// Owners of one pool of a snapshot as `ullage explain` counts it: what waits is divided by what lives.
  private static func divided(_ living: [UInt64: Int], waiting: Int) -> [PoolOwner] {
    PoolOwner.divided(
      .cgroup,
      living.sorted { $0.key < $1.key }.map { ($0.key, "unit \($0.key)", $0.value, 0) },
      inUse: living.values.reduce(0, +) + waiting, timeWait: waiting)
  }

  private static func recalled(_ owners: [PoolOwner], _ frame: Frame) throws -> [PoolOwner] {
    var namespace = try namespace()
    let place = try #require(namespace.pools.firstIndex { $0.key == Scenario.key })
    let user = PoolOwner(
      kind: .user, id: 33, name: "u", ports: 4, timeWait: 1, isInferred: true)
    namespace.pools[place].owners = owners + [user]
    var snapshot = Snapshot(
      host: "h", takenAtNanoseconds: now, durationNanoseconds: 1, kernel: "6.18", flags: [],
      namespaces: [namespace],
      cost: SampleCost(dumpNanoseconds: 1, dumpRows: 1, rows: 1, cpuNanoseconds: 1))
    let memory = try #require(CollectorMemory([frame], of: namespace, atNanoseconds: now))
    snapshot.remember(memory, at: 0, VerdictThresholds())
    let found = try #require(snapshot.namespaces[0].pools[place].owners)
    // What the ring says nothing of stays as it was.
    #expect(found.last == user)
    return found.dropLast()
  }

  @Test func `whose TIME_WAIT it is comes from the ring, also of one that has nothing else`() throws
  {
    var frame = try #require(Self.frames.last)
    let place = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    func record(_ id: UInt64, _ ports: Int, _ timeWait: Int) -> OwnerRecord {
      OwnerRecord(kind: .cgroup, id: id, name: "unit \(id)", ports: ports, timeWait: timeWait)
    }
    frame.owners = [record(2, 600, 600), record(1, 100, 20)]
    frame.pools[place].owners = [
      OwnerShare(owner: 0, ports: 600, timeWait: 600, isInferred: false),
      OwnerShare(owner: 1, ports: 100, timeWait: 20, isInferred: false),
    ]
    frame.pools[place].states?[.timeWait] = 620
    // Alone, a snapshot takes all of it for the one that lives.
    let alone = Self.divided([1: 80], waiting: 620)
    #expect(alone.map(\.timeWait) == [620])
    let found = try Self.recalled(alone, frame)
    #expect(found.map(\.id) == [2, 1] && found.map(\.name) == ["unit 2", "unit 1"])
    #expect(found.map(\.ports) == [600, 100] && found.map(\.timeWait) == [600, 20])

    // A third that the ring's record had no room for has its part of the rest.
    frame.pools[place].states?[.timeWait] = 640
    let three = try Self.recalled(Self.divided([1: 80, 3: 40], waiting: 320), frame)
    #expect(three.map(\.id) == [2, 1, 3] && three.map(\.timeWait) == [300, 10, 10])
    #expect(three.reduce(0) { $0 + $1.ports } == 440)

    // Where the rest is not known, or nothing was inferred, nothing is changed.
    frame.pools[place].states = nil
    #expect(try Self.recalled(alone, frame) == alone)
    // But where the two have all of it there is no rest.
    frame.pools[place].inUse = Gauge(700)
    #expect(try Self.recalled(alone, frame) == found)
    frame.owners = []
    frame.pools[place].owners = []
    #expect(try Self.recalled(alone, frame) == alone)
  }

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

  @Test func `a frame without room for all owners names not all of a pool`() throws {
    var frame = try #require(Self.frames.last)
    let place = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    frame.owners = (1...8).map {
      OwnerRecord(kind: .cgroup, id: $0, name: "unit \($0)", ports: 600, timeWait: 600)
    }
    frame.pools[place].owners = [
      OwnerShare(owner: 0, ports: 600, timeWait: 600, isInferred: false)
    ]
    frame.pools[place].inUse = Gauge(1000)
    frame.pools[place].states?[.timeWait] = 1000
    // One that lives, and was not named, has the rest; without one it is nobody's.
    let found = try Self.recalled(Self.divided([5: 1], waiting: 1000), frame)
    #expect(found.map(\.id) == [1, 5] && found.map(\.timeWait) == [600, 400])
    let alone = try Self.recalled(Self.divided([1: 1], waiting: 1000), frame)
    #expect(alone.map(\.id) == [1] && alone.map(\.timeWait) == [600])
    frame.owners.removeLast()
    let all = try Self.recalled(Self.divided([1: 1], waiting: 1000), frame)
    #expect(all.map(\.timeWait) == [1000])
  }

  @Test func `a name that a frame has cut is known`() throws {
    var frame = try #require(Self.frames.last)
    let place = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    let name = String(repeating: "\u{fc}", count: 30) + ".service"
    let cut = OwnerRecord.cut(name)
    #expect(cut == String(repeating: "\u{fc}", count: 24) && OwnerRecord.mayBeCut(cut))
    #expect(!OwnerRecord.mayBeCut("a.service") && OwnerRecord.cut("a.service") == "a.service")
    frame.owners = [OwnerRecord(kind: .cgroup, id: 2, name: cut, ports: 600, timeWait: 600)]
    frame.pools[place].owners = [
      OwnerShare(owner: 0, ports: 600, timeWait: 600, isInferred: false)
    ]
    func living(_ names: [String]) -> [PoolOwner] {
      PoolOwner.divided(
        .cgroup, names.enumerated().map { (UInt64(10 + $0), $1, 1, 0) }, inUse: names.count + 600,
        timeWait: 600)
    }
    let found = try Self.recalled(living([name, "other"]), frame)
    #expect(found.map(\.name) == [name, "other"] && found.map(\.ports) == [601, 1])
    // It may be either of two.
    let two = try Self.recalled(living([name, name + "2"]), frame)
    #expect(two.map(\.name) == [cut, name, name + "2"] && two.map(\.ports) == [600, 1, 1])
  }

  @Test func `pools of bind say of the same sockets what connect pools say`() throws {
    func pool(_ key: PoolKey, _ owners: [PoolOwner], inUse: Int) throws -> Pool {
      var pool = try #require(Self.namespace().pools.first { $0.key == Scenario.key })
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

  @Test func `what nobody counted is not zero`() throws {
    var frames = Self.frames
    for index in frames.indices {
      frames[index].counters = HostCounters()
      for place in frames[index].pools.indices { frames[index].pools[place].failures = nil }
    }
    let memory = try #require(
      CollectorMemory(frames, of: Self.namespace(), atNanoseconds: Self.now))
    #expect(memory.failures == nil && memory.namespaceFailures == nil)
    #expect(memory.trends[Scenario.key]?.failures == nil)
  }

  @Test func `the memory of another namespace or range is none`() throws {
    #expect(
      CollectorMemory(Self.frames, of: try Self.namespace(cookie: 2), atNanoseconds: Self.now)
        == nil)
    #expect(
      CollectorMemory(Self.frames, of: try Self.namespace(low: 1024), atNanoseconds: Self.now)
        == nil)
    #expect(CollectorMemory([], of: try Self.namespace(), atNanoseconds: Self.now) == nil)
  }

  @Test func `what is remembered raises the verdict of the pool, and nothing else`() throws {
    var snapshot = Snapshot(
      host: "h", takenAtNanoseconds: Self.now, durationNanoseconds: 1, kernel: "6.18", flags: [],
      namespaces: [try Self.namespace()],
      cost: SampleCost(dumpNanoseconds: 0, dumpRows: 0, rows: 0, cpuNanoseconds: 0))
    let before = snapshot.namespaces[0].pools
    let memory = try #require(
      CollectorMemory(Self.frames, of: snapshot.namespaces[0], atNanoseconds: Self.now))
    snapshot.remember(memory, at: 0, VerdictThresholds())
    #expect(snapshot.failures?.total == 3 && snapshot.memoryAgeNanoseconds == 500_000_000)
    for (pool, old) in zip(snapshot.namespaces[0].pools, before) {
      #expect(pool.inUse == old.inUse && pool.headroom == old.headroom)
      // Two connects failed 7.5 s ago: that is exhausted, whatever is left now.
      #expect(pool.verdict == (pool.key == Scenario.key ? .exhausted : old.verdict))
    }
    #expect(snapshot.verdict.level == .exhausted)
  }
}
