import Collector
import Frames
import HostFacts
import Inet
import Kernel
import KernelTestKit
import Pools
import PropertyTestKit
import Testing

/// Forecasts against what really happens: real streams of connects into a narrow range.
@Suite(.needsRoot) struct TrendTests {
  @Test func `the first connect without a port comes when it was forecast`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in try streamToExhaustion(namespace, ports: 600, share: 1.25) }
    }
  }

  @Test func `so it does where the ports are gone long before the first comes back`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in try streamToExhaustion(namespace, ports: 1000, share: 2.5) }
    }
  }

  @Test func `ports come back in bursts, as many and when it was said`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in try releaseBursts(namespace) }
    }
  }

  @Test func `a steady load below the sustainable rate never shows a time to exhaustion`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let minutes = rounds(1) > 1
        try steadyLoad(namespace, ports: 600, share: 0.7, seconds: minutes ? 300 : 85)
      }
    }
  }

  @Test func `nor does one just below it`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let minutes = rounds(1) > 1
        try steadyLoad(namespace, ports: 600, share: 0.97, seconds: minutes ? 300 : 85)
      }
    }
  }
}

/// Connects a second that a pool of so many ports carries for ever.
private func sustainable(_ ports: UInt16) throws -> Double {
  let ticks = try #require(TimerTick.ticksPerSecond())
  return ReleaseComb(ticksPerSecond: ticks).sustainableRate(capacity: Int(ports))
}

/// Each forecast, once there is one, is within a tenth or a second of what happens.
private func streamToExhaustion(
  _ namespace: TestNamespace, ports: UInt16, share: Double
) throws {
  var host = try TrendHost(namespace, ports: ports)
  let stream = ConnectStream()
  let thread = try stream.start(perSecond: share * sustainable(ports))
  var forecasts: [(at: UInt64, seconds: Double)] = []
  var frames = 0
  while stream.failedAt == nil, stream.error == nil, frames < 120 {
    let (frame, pool) = host.step()
    frames += 1
    guard stream.failedAt == nil, let seconds = pool?.forecast.secondsToExhaustion else { continue }
    forecasts.append((frame.monotonicNanoseconds, Double(seconds)))
    let level = seconds <= 60 ? VerdictLevel.critical : .warning
    ExitTestReport.check(frame.verdict >= level, "\(frame.verdict), full in \(seconds) s")
  }
  stream.stop()
  try thread.join()
  ExitTestReport.check(stream.error == nil, stream.error ?? "")
  guard let failed = stream.failedAt else {
    return ExitTestReport.record("\(stream.connects) connects and none failed")
  }
  ExitTestReport.check(
    forecasts.count * 2 >= frames, "only \(forecasts.count) of \(frames) frames had a forecast")
  for (at, seconds) in forecasts where failed > at {
    let left = Double(failed - at) / 1e9
    ExitTestReport.check(
      abs(seconds - left) <= max(1, 0.1 * left), "\(seconds) s forecast, \(left) s were left")
  }
}

/// The falls of sockstat's `tw` are the teeth of the schedule: as many ports, at that time.
private func releaseBursts(_ namespace: TestNamespace) throws {
  try TrendHost.prepare(namespace, ports: 200)
  let stream = ConnectStream()
  let thread = try stream.start(perSecond: 15)
  Settling.pause(milliseconds: 9000)
  stream.stop()
  try thread.join()
  Settling.pause()
  var sampler = try Sampler(from: .running)
  try sampler.sample()
  var snapshot = sampler.document(of: NamespaceIdentity(name: "test", inode: 0))
  sampler.addReleases(to: &snapshot)
  let predictedAt = Clock.monotonicNanoseconds()
  let pool = snapshot.namespaces[0].pools.first { $0.key == TrendHost.key }
  let teeth = pool?.release?.teeth ?? []
  let total = pool?.states?[.timeWait] ?? 0
  ExitTestReport.check(total > 100, "\(total) in TIME_WAIT")
  ExitTestReport.check(teeth.reduce(0) { $0 + $1.ports } == total, "\(teeth) of \(total)")
  let falls = try falls(until: predictedAt + 70_000_000_000)
  ExitTestReport.check(falls.reduce(0) { $0 + $1.ports } == total, "\(falls) of \(total)")
  ExitTestReport.check(falls.count == teeth.count, "\(falls.count) bursts, not \(teeth.count)")
  for (tooth, fall) in zip(teeth, falls) {
    let seconds = Double(fall.at - predictedAt) / 1e9
    ExitTestReport.check(abs(seconds - tooth.seconds) < 0.25, "\(tooth), came after \(seconds) s")
    // A deadline within a tick of a tooth may go one tooth early: a port here, a port there.
    ExitTestReport.check(abs(fall.ports - tooth.ports) <= 1, "\(tooth), \(fall.ports) came")
  }
}

/// The falls of sockstat's `tw` until there is none left; what falls within half a second is one.
private func falls(until deadline: UInt64) throws -> [(at: UInt64, ports: Int)] {
  var guardReader = try GuardReader()
  var last = guardReader.read().timeWait ?? 0
  var falls: [(at: UInt64, ports: Int)] = []
  while last > 0, Clock.monotonicNanoseconds() < deadline {
    Settling.pause(milliseconds: 10)
    let now = guardReader.read().timeWait ?? 0, at = Clock.monotonicNanoseconds()
    if now < last {
      if let burst = falls.last, at - burst.at < 500_000_000 {
        falls[falls.count - 1].ports += last - now
      } else {
        falls.append((at, last - now))
      }
    }
    last = now
  }
  return falls
}

/// No frame shows a time to exhaustion, nor a steady usage that is not the load's.
private func steadyLoad(
  _ namespace: TestNamespace, ports: UInt16, share: Double, seconds: Int
) throws {
  var host = try TrendHost(namespace, ports: ports)
  let stream = ConnectStream()
  let thread = try stream.start(perSecond: share * sustainable(ports))
  var known = 0, arrivals: [Double] = [], steady: [Double] = []
  for _ in 0..<seconds {
    guard let pool = host.step().pool else { continue }
    let forecast = pool.forecast
    if let seconds = forecast.secondsToExhaustion {
      ExitTestReport.record("full in \(seconds) s at \(share) of the sustainable rate")
    }
    guard let rate = forecast.arrivalsPerSecond else { continue }
    known += 1
    arrivals.append(Double(rate))
    if let usage = forecast.steadyUsage { steady.append(Double(usage)) }
  }
  stream.stop()
  try thread.join()
  ExitTestReport.check(stream.error == nil && stream.failedAt == nil, stream.error ?? "no port")
  ExitTestReport.check(known > seconds / 2, "arrivals in \(known) of \(seconds) frames")
  let rate = try share * sustainable(ports)
  let last = arrivals.last ?? 0
  ExitTestReport.check(abs(last - rate) < 0.05 * rate, "\(last) arrivals a second, not \(rate)")
  ExitTestReport.check(
    abs((steady.last ?? 0) - share) < 0.05, "settles at \(steady.last ?? 0), not \(share)")
}
