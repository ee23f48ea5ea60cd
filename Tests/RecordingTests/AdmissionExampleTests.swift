import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Recording
import Testing
import Verdicts

/// The example of the documentation, run: what asking is good for.
@Suite struct AdmissionExampleTests {
  @Test(.needsRoot) func `who asks before each connect has none that fails`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let (text, verdict) = try Self.run("ask", in: namespace)
        // All but the floor of ten, of 200.
        ExitTestReport.check(text.hasPrefix("connects 190 failed 0 left 10\n"), text)
        // At 95 %, failures of the host that nobody could place (other tests') could be its own.
        let isOpen = verdict.reasons.contains {
          if case .failuresOfUnknownPlace = $0 { true } else { false }
        }
        ExitTestReport.check(
          verdict.limit == .no || isOpen && verdict.confidence != .high,
          "\(verdict.limit) \(verdict.reasons)")
        ExitTestReport.check(
          verdict.pool?.inUseMaximum == 190, "\(String(describing: verdict.pool))")
      }
    }
  }

  @Test(.needsRoot) func `who does not ask meets the end of the ports, and the verdict says so`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let (text, verdict) = try Self.run("blind", in: namespace)
        ExitTestReport.check(text.hasPrefix("connects 200 failed 200 left -1\n"), text)
        ExitTestReport.check(verdict.limit == .yes, "\(verdict.reasons)")
        ExitTestReport.check(text.contains("the limit: yes, confidence high"), text)
        ExitTestReport.check(verdict.failures?.total ?? 200 >= 200, "\(verdict)")
      }
    }
  }

  private static func run(
    _ word: String, in namespace: TestNamespace
  ) throws -> (String, RunVerdict) {
    try namespace.setPortRange(40_000, 40_199)
    var outcome: (String, RunVerdict)?
    try withFolder { folder in
      let path = "\(folder)/run"
      let run = try Program.built("AdmissionExample", [path, word, "here"]).run()
      ExitTestReport.check(run.end == .status(0), "\(run.end): \(run.message)")
      outcome = (run.text, try RecordedRun(path: path).verdict)
    }
    guard let outcome else { throw Errno.noEntry }
    return outcome
  }
}
