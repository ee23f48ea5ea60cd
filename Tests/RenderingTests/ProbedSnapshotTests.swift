import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// A snapshot of which every blocked port was probed: nothing is "at least" or "at most".
@Suite struct ProbedSnapshotTests {
  private let golden = Golden(besides: #filePath)

  @Test func `the page says what is left, to the port`() throws {
    let page = SnapshotPage.text(MadeUpHost.probed, style: Style())
    let difference = try golden.difference("probed-80.txt", page)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `the document says that blocked ports are exact, and keeps its schema`() throws {
    let document = SnapshotDocument.json(MadeUpHost.probed)
    let difference = try golden.difference("probed.json", document)
    #expect(difference == nil, "\(difference ?? "")")
    let faults = try DocumentSchema("ullage.snapshot-1").faults(document)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `where none is blocked it is said, and where none is seen too`() {
    for (bound, words) in [(BlockedBound.exact, " none blocked"), (.lower, "none seen blocked")] {
      let space = MadeUpHost.defaultSpace(blocked: [], bound: bound)
      let pool = MadeUpHost.connect("10.0.0.5", "10.1.2.3", 443, [.established: 9], space)
      let snapshot = MadeUpHost.snapshot([MadeUpHost.madeUp(space, [pool], listeners: 0)])
      let page = String(decoding: SnapshotPage.text(snapshot, style: Style()), as: UTF8.self)
      #expect(page.contains(words), "\(page)")
      #expect(page.contains("LEFT ≤") == (bound == .lower))
    }
  }
}

extension MadeUpHost {
  /// A proxy of which every blocked port was probed.
  fileprivate static let probed: Snapshot = {
    let space = defaultSpace(blocked: [33_060, 35_357], bound: .exact)
    let pools = [
      connect("10.0.0.5", "10.1.2.3", 443, [.timeWait: 19_000, .established: 4_100], space),
      connect("127.0.0.1", "127.0.0.1", 6379, [.timeWait: 9_000, .established: 1], space, 8_000),
      bind(.any, held: 27_000, space),
    ]
    var result = snapshot([madeUp(space, pools, listeners: 2)])
    result.flags.removeAll { $0.id == "blocked_lower_bound" }
    return result
  }()
}
