import Console
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import Recording
import Testing
import Verdicts

@testable import ullage

/// Real loads, recorded: what limited them, and what is said to have.
@Suite(.serialized, .needsRoot) struct RecordLoadTests {
  @Test func `a load that runs out of ports: the verdict, the failures and the time are right`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_999)
        let (verdict, load) = try Self.record(["ports", "400", "4"], in: namespace)
        ExitTestReport.check(load.failed > 100, "the load: \(load)")
        // Failures of other tests that nobody could place may be among the total, and then some of ours too.
        let known = verdict.failures?.knownHere ?? 0, total = verdict.failures?.total ?? 0
        ExitTestReport.check(
          verdict.limit == .yes && (verdict.confidence == .high || known == 0),
          "\(verdict.reasons)")
        ExitTestReport.check(
          known <= load.failed && load.failed <= total,
          "\(known) to \(total) of \(load.failed) failures")
        let since = (verdict.startedAtNanoseconds ?? 0) + UInt64((verdict.limitSeconds ?? 0) * 1e9)
        let error = Int64(since) - Int64(load.firstFailedAt)
        ExitTestReport.check(abs(error) < 1_000_000_000, "off by \(error) ns")
        let pool = verdict.pool
        ExitTestReport.check(
          pool?.key
            == .connect(
              source: IPAddress(ipv4: 0x0a09_0001), destination: IPAddress(ipv4: 0x0a09_0002),
              port: 5000, interface: 0) && pool?.capacity == 1000, "\(String(describing: pool))")
        // Evenly filled: the search begins when half of the ports are taken.
        let exhausted = pool?.exhaustedSeconds ?? 0, cliff = pool?.cliffSeconds ?? 0
        ExitTestReport.check(
          exhausted > 1 && cliff > 0 && cliff < exhausted, "\(cliff) s, \(exhausted) s")
        ExitTestReport.check(
          verdict.connects ?? 0 == load.connects, "\(verdict.connects ?? 0) of \(load.connects)")
        // 1000 ports a minute and its tooth, for a rate of which all ports last for seconds.
        let achieved = verdict.achievedPerSecond ?? 0
        let sources = Double(verdict.sourcesNeeded ?? 0)
        ExitTestReport.check(
          sources >= achieved * 60 / 1000 && sources <= achieved * 66 / 1000 + 1,
          "\(sources) sources for \(achieved)/s")
      }
    }
  }

  @Test func `a load that waits for its server is not limited by ports`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let (verdict, load) = try Self.record(["server", "40", "4"], in: namespace)
        ExitTestReport.check(load.failed == 0 && load.connects > 0, "the load: \(load)")
        ExitTestReport.check(verdict.limit == .no, "\(verdict.reasons)")
        ExitTestReport.check(
          verdict.reasons.contains { $0.id == "waiting_for_peers" }, "\(verdict.reasons)")
        ExitTestReport.check(
          !verdict.reasons.contains { $0.id == "command_busy" }, "\(verdict.reasons)")
      }
    }
  }

  @Test func `a load that computes is not limited by ports`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let (verdict, load) = try Self.record(["cpu", "6", "4"], in: namespace)
        ExitTestReport.check(load.failed == 0 && load.connects > 0, "the load: \(load)")
        ExitTestReport.check(verdict.limit == .no, "\(verdict.reasons)")
        // Where much else runs it gets less than a core, and the host has none left.
        ExitTestReport.check(
          verdict.reasons.contains { $0.id == "command_busy" || $0.id == "host_busy" },
          "\(verdict.reasons)")
        ExitTestReport.check(
          !verdict.reasons.contains { $0.id == "waiting_for_peers" }, "\(verdict.reasons)")
      }
    }
  }

  /// What a load says of itself.
  private struct Account {
    var connects: UInt64
    var failed: UInt64
    var firstFailedAt: UInt64

    init(_ text: String) throws {
      let words = text.split(whereSeparator: \.isWhitespace)
      guard words.count == 6, let connects = UInt64(words[1]), let failed = UInt64(words[3]),
        let at = UInt64(words[5])
      else { throw Failure("the load says \(text)") }
      (self.connects, self.failed, firstFailedAt) = (connects, failed, at)
    }
  }

  /// Records a load in the calling thread's namespace: the verdict as the recording has it, and the load's own
  /// account, which came through.
  private static func record(
    _ load: [String], in namespace: TestNamespace
  ) throws -> (RunVerdict, Account) {
    try namespace.add(IPAddress(ipv4: 0x0a09_0001))
    try namespace.add(IPAddress(ipv4: 0x0a09_0002))
    var outcome: (RunVerdict, Account)?
    try TestDirectory.with { directory in
      let path = "\(directory)/run"
      let run = try Program.built(
        "ullage", ["record", "-o", path, "--", Program.built("ConnectLoad").path] + load
      ).run()
      ExitTestReport.check(run.end == .status(0), "\(run.end): \(run.message)")
      let verdict = try RecordedRun(path: path).verdict
      ExitTestReport.check(verdict.end?.end == .status(0), "\(String(describing: verdict.end))")
      let answer = verdict.limit == .yes ? "SOURCE PORTS WERE THE LIMIT" : "were not the limit"
      ExitTestReport.check(run.message.contains(answer), "\(run.message)")
      outcome = (verdict, try Account(run.text))
    }
    guard let outcome else { throw Failure("nothing was recorded") }
    return outcome
  }
}
