import Inet
import Kernel
import Pools
import Verdicts

/// Verdicts on runs that were made up.
enum MadeUpRuns {
  static var all: [(name: String, verdict: RunVerdict)] {
    [
      ("limited", limited), ("crowded", crowded), ("server", server), ("cpu", busy),
      ("uncounted", uncounted),
      ("nothing", RunVerdict()),
    ]
  }

  /// Ports ran out at 11.2 s.
  static var limited: RunVerdict {
    var verdict = seen
    (verdict.limit, verdict.confidence) = (.yes, .high)
    verdict.limitSeconds = 11.2
    verdict.failingSeconds = 3.8
    var failures = RunFailures()
    (failures.total, failures.knownHere, failures.elsewhere) = (41_203, 41_200, 12)
    verdict.failures = failures
    verdict.pool = pool(3, inUse: 28_229, failures: 41_190)
    verdict.pool?.cliffSeconds = 5.6
    verdict.pool?.exhaustedSeconds = 11.2
    var other = pool(9, inUse: 27_000, failures: 10)
    other.exhaustedSeconds = 12
    verdict.otherPools = [other, pool(10, inUse: 40, failures: 0)]
    verdict.reasons = [
      .connectsFailed(41_200), .failuresOfUnknownPlace(3), .exhausted, .searching(fromSecond: 5.6),
      .countsMissing(seconds: 5.1),
    ]
    verdict.notices = ["connects failed: 10.0.0.5 → 10.1.2.3:443 (pid 812 haproxy)"]
    verdict.connects = 30_100
    verdict.achievedPerSecond = 2502
    verdict.achievedAfterPerSecond = 455
    verdict.peakPerSecond = 4000
    verdict.plan = plan(2502)
    verdict.sustainablePerSecond = 455
    return verdict
  }

  /// More connections at once than ports, each of them short.
  static var crowded: RunVerdict {
    var verdict = limited
    verdict.achievedPerSecond = 300
    verdict.achievedAfterPerSecond = 290
    verdict.peakPerSecond = 310
    verdict.plan = plan(300)
    return verdict
  }

  /// The server was slow.
  static var server: RunVerdict {
    var verdict = seen
    (verdict.limit, verdict.confidence) = (.no, .high)
    verdict.failures = RunFailures()
    verdict.pool = pool(3, inUse: 8000, failures: 0)
    verdict.reasons = [
      .noneFailed, .usedAtMost(8000.0 / 28_229), .waitingForPeers(7000, inUse: 8000),
    ]
    verdict.connects = 4000
    verdict.achievedPerSecond = 300
    verdict.peakPerSecond = 310
    verdict.plan = plan(300)
    verdict.sustainablePerSecond = 455
    return verdict
  }

  /// The command's processor was.
  static var busy: RunVerdict {
    var verdict = server
    verdict.confidence = .medium
    verdict.end = RunEnd(
      .signal(15), wallMilliseconds: 15_020, cpuMilliseconds: 29_800, hostBusyPercent: 99)
    verdict.reasons = [
      .noneFailed, .failuresOfClosedSockets, .usedAtMost(0.2834), .commandBusy(cores: 1.984),
      .hostBusy(percent: 99),
    ]
    return verdict
  }

  /// Nobody could count failures, and the pool was nearly full.
  static var uncounted: RunVerdict {
    var verdict = seen
    (verdict.limit, verdict.confidence) = (.unknown, .low)
    verdict.command = nil
    verdict.end = nil
    verdict.pool = pool(3, inUse: 26_000, failures: nil)
    verdict.reasons = [.failuresNotCounted, .usedAtMost(0.921), .samplesMissing(seconds: 61)]
    return verdict
  }

  private static var seen: RunVerdict {
    var verdict = RunVerdict()
    verdict.startedAtNanoseconds = 1_795_228_933_000_000_000
    verdict.durationSeconds = 15.004
    verdict.sampleCount = 750
    verdict.samplingShare = 0.0231
    verdict.command = "./load 10.1.2.3:443"
    verdict.end = RunEnd(.status(0), wallMilliseconds: 15_004, cpuMilliseconds: 4_000)
    return verdict
  }

  private static func pool(_ last: UInt32, inUse: Int, failures: Int?) -> RunPool {
    var pool = RunPool(
      .connect(
        source: IPAddress(ipv4: 0x0a00_0005), destination: IPAddress(ipv4: 0x0a01_0200 + last),
        port: 443, interface: 0), capacity: 28_229)
    pool.inUseMaximum = inUse
    pool.usageMaximum = Double(inUse) / 28_229
    pool.failures = failures
    return pool
  }

  private static func plan(_ rate: Double) -> CapacityPlan {
    var plan = CapacityPlan(
      connectsPerSecond: rate, holdSeconds: 0.1, ports: 28_229, cliffPorts: 14_115)
    plan.reuseDelaySeconds = 1
    return plan
  }
}
