import Frames
import Inet
import Kernel
import Metrics
import Pools

/// What feeding a frame of 64 pools into the metrics costs, and what writing them does, beside a copy of
/// the same bytes line by line.
@main struct MetricBench {
  static func main() {
    let pools = 64, rounds = 1000
    var limits = MetricLimits()
    limits.pools = pools
    var register = MetricRegister(limits: limits, version: "bench")
    let frames = (0..<rounds).map { frame(tick: $0, pools: pools) }
    let feeding = percentiles(rounds) { register.observe(frames[$0], of: "host") }
    print("feeding a frame of \(frames[0].pools.count) pools: \(text(feeding))")
    for format in [ExpositionFormat.openMetrics, .text] {
      var bytes: [UInt8] = []
      let now = frames[rounds - 1].takenAtNanoseconds
      let writing = percentiles(rounds) { _ in register.write(format, now: now, into: &bytes) }
      let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
      var copy: [UInt8] = []
      let copying = percentiles(rounds) { _ in
        copy.removeAll(keepingCapacity: true)
        for line in lines { copy += line }
      }
      let ratio = Double(writing.median) / Double(max(1, copying.median))
      print(
        "writing \(format), \(lines.count) lines, \(bytes.count) bytes: \(text(writing)); "
          + "copying them: \(text(copying)); ratio \((ratio * 10).rounded() / 10)")
    }
  }

  /// A frame of that many connect pools, and the shared pools, addresses and owners of a usual host.
  private static func frame(tick: Int, pools: Int) -> Frame {
    guard let range = PortRange(low: 32_768, high: 60_999) else { preconditionFailure("a range") }
    var frame = Frame(
      boot: BootID(high: 1, low: 1), tick: UInt64(tick),
      takenAtNanoseconds: 1_795_228_933_000_000_000 + UInt64(tick) * 1_000_000_000,
      monotonicNanoseconds: UInt64(tick + 1) * 1_000_000_000, spanNanoseconds: 1_000_000_000,
      namespaceCookie: 1, range: range, reserved: 0, blocked: 3, connectCapacity: 28_229,
      bindCapacity: 28_232)
    for number in 0..<pools {
      let destination = IPAddress(ipv4: UInt32(0x0a01_0000 + number))
      frame.pools.append(
        pool(
          .connect(
            source: IPAddress(ipv4: 0x0a00_0005), destination: destination, port: 443,
            interface: 0), inUse: (number * 397 + tick * 31) % 28_229))
    }
    for number in 0..<4 {
      frame.pools.append(
        pool(.bind(.address(IPAddress(ipv4: UInt32(0x0a00_0005 + number)))), inUse: 9000 + tick))
    }
    for key in [
      PoolKey.bind(.any), .bind(.anyIPv4), .udp(.ipv4), .udp(.ipv6), .udpBind(.any),
    ] {
      frame.pools.append(pool(key, inUse: 12_000 + tick))
    }
    frame.owners = (0..<8).map { number in
      OwnerRecord(
        kind: .cgroup, id: UInt64(number), name: "service-\(number).service",
        ports: 100 * number + tick, timeWait: 0)
    }
    for gauge in HostGauge.allCases { frame.gauges.sample(gauge, 1000 + tick) }
    for counter in HostCounter.allCases { frame.counters.add(counter, UInt64(tick)) }
    frame.pools.sort { $0.isTighter(than: $1) }
    return frame
  }

  private static func pool(_ key: PoolKey, inUse: Int) -> PoolRecord {
    let pool = Pool(
      key: key, inUse: inUse, capacity: 28_229, reclaimable: 17, headroom: 28_229 - inUse,
      headroomLower: nil, headroomBound: .upper, cliffAt: 14_114, isSearching: inUse > 14_114,
      states: nil)
    var record = PoolRecord(pool, method: .dump, countedAtMonotonic: 0)
    record.failures = 0
    record.forecast.secondsToExhaustion = 123.5
    return record
  }

  private struct Percentiles {
    let median: UInt64
    let ninetyNinth: UInt64
  }

  private static func percentiles(_ rounds: Int, _ body: (Int) -> Void) -> Percentiles {
    var times: [UInt64] = []
    for round in 0..<rounds {
      // Processor time of the one thread: what else runs on the machine does not stand in it.
      let start = Clock.threadCPUNanoseconds()
      body(round)
      times.append(Clock.threadCPUNanoseconds() - start)
    }
    times.sort()
    return Percentiles(median: times[rounds / 2], ninetyNinth: times[rounds * 99 / 100])
  }

  private static func text(_ times: Percentiles) -> String {
    func microseconds(_ time: UInt64) -> String { "\(time / 1000).\(time / 100 % 10) µs" }
    return "\(microseconds(times.median)), p99 \(microseconds(times.ninetyNinth))"
  }
}
