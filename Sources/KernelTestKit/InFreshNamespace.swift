/// Runs the body of an exit test in a namespace of its own. What it throws is recorded: an error that
/// leaves the body of an exit test is only seen as a signal.
public func inFreshNamespace(_ body: (TestNamespace) throws -> Void) {
  do {
    try body(try TestNamespace.enter())
  } catch {
    ExitTestReport.record("\(error)")
  }
}
