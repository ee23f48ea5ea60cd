import Inet
import OutputTestKit
import Pools
import PropertyTestKit
import Rendering
import Testing

/// The page and the document of a plan.
@Suite struct PlanTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.plan-1")

  /// Plans of every kind: one that fits, at the cliff, too much, on old systems, without TIME_WAIT.
  private static var plans: [(CapacityPlan, PlanBasis)] {
    var host = PlanBasis(.host(namespace: "host"), range: .kernelDefault)
    (host.reserved, host.blocked, host.ticksPerSecond) = (0, 3, 250)
    func plan(_ rate: Double, _ hold: Double) -> CapacityPlan {
      var plan = CapacityPlan(
        connectsPerSecond: rate, holdSeconds: hold, ports: 28_229, cliffPorts: 14_115)
      plan.reuseDelaySeconds = 1
      plan.timeWaitSocketsMax = 131_072
      return plan
    }
    var wide = plan(2500, 2)
    (wide.destinations, wide.sources) = (3, 2)
    var reusing = plan(2500, 2)
    reusing.isReusing = true
    var old = CapacityPlan(connectsPerSecond: 20, holdSeconds: 0, ports: 4000, toothSeconds: 0)
    old.timeWaitSeconds = 240
    var peer = plan(50, 600)
    peer.closesHere = false
    var elsewhere = PlanBasis(.host(namespace: "web"), range: .kernelDefault)
    elsewhere.notes = ["tcp_timestamps is 0 here: no TIME_WAIT is ever taken over"]
    var full = host
    (full.reserved, full.blocked) = (28_232, 0)
    return [
      (plan(100, 0.25), host), (wide, host), (plan(2500, 2), host), (reusing, host),
      (old, PlanBasis(.number)), (peer, elsewhere),
      (CapacityPlan(connectsPerSecond: 1, holdSeconds: 1, ports: 0), full),
    ]
  }

  @Test func `pages are as they were`() throws {
    var pages: [UInt8] = []
    for (plan, basis) in Self.plans { pages += PlanPage.text(plan, basis, style: Style()) }
    let (plan, basis) = Self.plans[2]
    pages += PlanPage.text(plan, basis, style: Style(columns: 140))
    pages += PlanPage.text(plan, basis, style: Style(columns: 60, isUnicode: false))
    for line in String(decoding: pages, as: UTF8.self).split(separator: "\n") {
      #expect(line.count <= 140)
    }
    let difference = try golden.difference("plan.txt", pages)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `documents keep the schema and are as they were`() throws {
    var documents: [UInt8] = []
    for (plan, basis) in Self.plans { documents += PlanDocument.json(plan, basis) }
    let faults = try schema.faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    let (plan, basis) = Self.plans[2]
    let difference = try golden.difference("plan.json", PlanDocument.json(plan, basis))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `a namespace's name is not told when redacted, and ASCII is kept`() {
    for (plan, basis) in Self.plans {
      let names = Names(redacted: true)
      let page = PlanPage.text(
        plan, basis, style: Style(isUnicode: false), names: names)
      #expect(page.allSatisfy { $0 < 0x80 })
      #expect(!page.contains(UInt8(ascii: "?")))
      let text = String(
        decoding: page + PlanDocument.json(plan, basis, names: names), as: UTF8.self)
      #expect(!text.contains("web"))
    }
  }

  @Test func `plans of nonsense are documents too`() throws {
    var generator = SeededGenerator.fresh()
    var documents: [UInt8] = []
    let numbers = [.nan, .infinity, -1, 0, 1e-300, 1, 1e9, 1e308]
    let counts = [.min, -1, 0, 1, 65_535, .max]
    for _ in 0..<rounds(200) {
      var plan = CapacityPlan(
        connectsPerSecond: generator.pick(numbers), holdSeconds: generator.pick(numbers),
        ports: generator.pick(counts), cliffPorts: generator.pick(counts),
        toothSeconds: generator.pick(numbers))
      plan.destinations = generator.pick(counts)
      plan.sources = generator.pick(counts)
      plan.timeWaitSeconds = generator.pick(numbers)
      plan.reuseDelaySeconds = generator.oneIn(2) ? generator.pick(numbers) : nil
      plan.closesHere = generator.oneIn(2)
      documents += PlanDocument.json(plan, PlanBasis(.number))
      #expect(!PlanPage.text(plan, PlanBasis(.number), style: Style()).isEmpty)
    }
    let faults = try schema.faults(documents)
    #expect(faults == nil, "seed \(generator.seed): \(faults ?? "")")
  }
}
