import Inet
import Pools
import Rendering
import Testing

/// A snapshot of which every blocked port was probed: nothing is "at least" or "at most".
@Suite struct ProbedSnapshotTests {
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
