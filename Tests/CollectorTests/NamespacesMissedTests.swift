import Collector
import Kernel
import Testing

/// What is said of namespaces that could not be looked into.
@Suite struct NamespacesMissedTests {
  private let forbidden = SystemCallError("enter", "network namespace", .notPermitted)
  private let full = SystemCallError("open", "/run/netns/web", .init(rawValue: 24))

  @Test func `nothing is said of none`() {
    let missed = NamespacesMissed()
    #expect(missed.count == 0 && missed.text == nil)
    #expect(missed.goneCount == 0 && missed.goneText == nil)
  }

  @Test func `what had gone is said, and is not what could not be looked into`() {
    var missed = NamespacesMissed()
    missed.noteGone()
    #expect(missed.goneText == "1 network namespace had gone when it was its turn")
    missed.noteGone()
    #expect(missed.goneText == "2 network namespaces had gone when it was their turn")
    #expect(missed.count == 0 && missed.text == nil)
  }

  @Test func `a missing privilege is named`() {
    var missed = NamespacesMissed()
    missed.note(forbidden)
    #expect(
      missed.text
        == "1 network namespace could not be looked into: entering another one needs CAP_SYS_ADMIN "
        + "(run as root)")
  }

  @Test func `another reason is told with its number, and without a name`() {
    var missed = NamespacesMissed()
    missed.note(full)
    missed.note(SampleError.system(forbidden))
    #expect(missed.count == 2)
    #expect(
      missed.text
        == "2 network namespaces could not be looked into: cannot open it: too many open files "
        + "(EMFILE 24)")
    missed.note(forbidden)
    #expect(
      missed.text?.hasSuffix(
        "(run as root); of 2 more: cannot open it: too many open files (EMFILE 24)") == true)
  }
}
