import HostFacts
import Inet
import Testing

@testable import Collector

/// Which namespaces a fleet collects, and when it lets go of them.
@Suite struct FleetPlanTests {
  private static let second: UInt64 = 1_000_000_000

  /// A namespace of a thousand ports with so many sockets; nil: not to be looked into.
  private static func bound(_ inode: UInt64, _ sockets: Int?) -> NamespaceBound {
    var bound = NamespaceBound(NamespaceEntry(inode: inode, name: "n\(inode)"))
    guard let sockets else {
      bound.trouble = .refused("no")
      return bound
    }
    bound.space = NamespaceSpace(
      range: .kernelDefault, capacity: 1000, ownsTable: nil, cookie: inode)
    var reading = GuardReading()
    reading.tcpInUse = sockets
    reading.timeWait = 0
    reading.udpInUse = 0
    bound.reading = reading
    return bound
  }

  /// A plan that collects from 50 sockets on.
  private static func plan(_ memberMaximum: Int) -> FleetPlan {
    var plan = FleetPlan(memberMaximum: memberMaximum)
    plan.share = 0.05
    return plan
  }

  private static func words(_ changes: [FleetPlan.Change]) -> [String] {
    changes.map { change in
      switch change {
      case .start(let bound): "+\(bound.entry.inode)"
      case .end(let inode, let reason): "-\(inode) \(reason)"
      }
    }
  }

  private static func look(
    _ plan: inout FleetPlan, _ sockets: [UInt64: Int?], idle: Int? = 0, at seconds: UInt64
  ) -> [String] {
    let bounds = sockets.sorted { $0.key < $1.key }.map { bound($0.key, $0.value) }
    return words(plan.changes(bounds, idleBinds: idle, own: 1, at: seconds * second))
  }

  @Test func `what can matter is collected, the fullest first, and not our own`() {
    var plan = Self.plan(3)
    #expect(
      Self.look(&plan, [1: 900, 2: 50, 3: 49, 4: 400, 5: nil], at: 0) == ["+4", "+2"])
    #expect(Self.look(&plan, [1: 900, 2: 50, 3: 50, 4: 400], at: 1) == ["+3"])
    #expect(plan.collected == [2, 3, 4])
  }

  @Test func `what is due and finds no room is counted`() {
    var plan = Self.plan(1)
    #expect(Self.look(&plan, [1: 900, 2: 50, 3: 60, 4: 55, 5: 10], at: 0) == ["+3"])
    #expect(plan.leftOutCount == 2)
    #expect(Self.look(&plan, [1: 900, 2: 50, 3: 60, 5: 10], at: 1) == [])
    #expect(plan.leftOutCount == 1)
    #expect(Self.look(&plan, [1: 900, 2: 500, 3: 60], at: 2) == ["-3 displaced", "+2"])
    #expect(plan.leftOutCount == 0)
  }

  @Test func `it goes at once when it has gone, and after a minute when it is quiet`() {
    var plan = Self.plan(3)
    #expect(Self.look(&plan, [2: 60, 3: 60], at: 0) == ["+2", "+3"])
    #expect(Self.look(&plan, [2: 10], at: 1) == ["-3 gone"])
    #expect(Self.look(&plan, [2: 10], at: 59) == [])
    #expect(Self.look(&plan, [2: 50], at: 60) == [])
    #expect(Self.look(&plan, [2: 10], at: 119) == [])
    #expect(Self.look(&plan, [2: 10], at: 120) == ["-2 quiet"])
    #expect(plan.collected.isEmpty)
  }

  @Test func `what could not be looked into goes on, and has gone when nothing leads to it twice`()
  {
    var plan = Self.plan(3)
    #expect(Self.look(&plan, [2: 60, 3: 60], at: 0) == ["+2", "+3"])
    for second in 1...200 as ClosedRange<UInt64> {
      #expect(Self.look(&plan, [2: nil, 3: 60], at: second) == [])
    }
    // The minute of quiet begins when it is seen to be quiet.
    #expect(Self.look(&plan, [2: 10, 3: 60], at: 201) == [])
    var lost = Self.bound(2, nil)
    lost.trouble = .gone
    let other = Self.bound(3, 60)
    func look(_ bounds: [NamespaceBound]) -> [String] {
      Self.words(plan.changes(bounds, idleBinds: 0, own: 1, at: 202 * Self.second))
    }
    #expect(look([lost, other]) == [])
    #expect(look([Self.bound(2, 60), other]) == [])
    #expect(look([lost, other]) == [])
    #expect(look([lost, other]) == ["-2 gone"])
    #expect(look([lost, other]) == [] && plan.collected == [3])
  }

  @Test func `a fuller one takes the place of the least full, equals do not take turns`() {
    var plan = Self.plan(2)
    #expect(Self.look(&plan, [2: 100, 3: 200], at: 0) == ["+3", "+2"])
    #expect(Self.look(&plan, [2: 100, 3: 200, 4: 150], at: 1) == [])
    #expect(Self.look(&plan, [2: 100, 3: 200, 4: 151], at: 2) == ["-2 displaced", "+4"])
    #expect(Self.look(&plan, [2: 100, 3: 200, 4: 151], at: 3) == [])
    var none = Self.plan(-1)
    #expect(Self.look(&none, [2: 1000], at: 0) == [])
  }

  @Test func `idle sockets of the host count, unless they would make all due`() {
    var plan = Self.plan(3)
    #expect(Self.look(&plan, [2: 10, 3: 1], idle: 40, at: 0) == ["+2"])
    #expect(Self.look(&plan, [2: 10, 3: 1, 4: 10], idle: 50, at: 1) == [])
    #expect(Self.look(&plan, [2: 10, 3: 1, 4: 10], idle: nil, at: 2) == [])
  }

  @Test func `one that could not be collected is left alone for a minute`() {
    var plan = Self.plan(3)
    #expect(Self.look(&plan, [2: 100], at: 0) == ["+2"])
    plan.noteFailure(inode: 2, at: 0)
    #expect(Self.look(&plan, [2: 100], at: 59) == [])
    #expect(Self.look(&plan, [2: 100], at: 60) == ["+2"])
    plan.noteFailure(inode: 2, at: 60 * Self.second)
    // Another namespace by the same number.
    #expect(Self.look(&plan, [:], at: 61) == [])
    #expect(Self.look(&plan, [2: 100], at: 62) == ["+2"])
  }

  @Test func `what is not known is taken for the worst`() {
    var plan = Self.plan(1)
    var unknown = Self.bound(2, 0)
    unknown.space?.capacity = nil
    let changes = plan.changes([unknown], idleBinds: 0, own: 1, at: 0)
    #expect(Self.words(changes) == ["+2"])
  }
}
