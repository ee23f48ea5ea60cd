import Frames
import FramesTestKit
import Inet
import Pools
import Testing

/// What a snapshot takes over from a collector's frames.
@Suite struct CollectorMemoryTests {
  static let now = Scenario.start + 10_500_000_000

  /// Ten frames, a second apart, with two failed connects in the fourth.
  static var frames: [Frame] {
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

  static func namespace(cookie: UInt64? = 1, low: UInt16 = 32_768) throws
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
    frame.pools[place].otherOwners = OwnersRest(ports: 60, timeWait: 20)
    let three = try Self.recalled(Self.divided([1: 80, 3: 40], waiting: 320), frame)
    #expect(three.map(\.id) == [2, 1, 3] && three.map(\.timeWait) == [300, 10, 10])
    #expect(three.reduce(0) { $0 + $1.ports } == 440)

    // Where the rest is not known, or nothing was inferred, nothing is changed.
    frame.pools[place].otherOwners.timeWait = nil
    #expect(try Self.recalled(alone, frame) == alone)
    // But where the two had all of it there is no rest, whatever has come since.
    frame.pools[place].otherOwners.ports = 0
    frame.pools[place].inUse = Gauge(5000)
    #expect(try Self.recalled(alone, frame) == found)
    frame.owners = []
    frame.pools[place].owners = []
    #expect(try Self.recalled(alone, frame) == alone)
  }

  @Test func `a frame without room for all owners counts those whom it cannot name`() throws {
    var frame = try #require(Self.frames.last)
    let place = try #require(frame.pools.firstIndex { $0.key == Scenario.key })
    frame.owners = (1...20).map {
      OwnerRecord(kind: .cgroup, id: $0, name: "unit \($0)", ports: 1000 - Int($0), timeWait: 1)
    }
    for index in frame.pools.indices {
      frame.pools[index].owners = [
        OwnerShare(owner: index % 20, ports: 600, timeWait: 600, isInferred: false),
        OwnerShare(owner: 19, ports: 400, timeWait: 390, isInferred: false),
      ]
      frame.pools[index].otherOwners = OwnersRest(ports: 7, timeWait: index == place ? 3 : nil)
    }
    var words: [UInt64] = []
    frame.write(into: &words, capacity: FrameCapacity(wordCount: 16_384))
    let read = try Frame(words.span)
    for pool in read.pools {
      let named = read.owners(of: pool).reduce(0) { $0 + $1.ports }
      #expect(named + pool.otherOwners.ports == 1007)
    }
    #expect(read.owners.count == FrameCapacity.owners)
    let own = try #require(read.pools.first { $0.key == Scenario.key })
    let waits = read.owners(of: own).reduce(0) { $0 + $1.timeWait }
    #expect(waits + (own.otherOwners.timeWait ?? 0) == 993)
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
