import Collector
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import Testing

/// When a TIME_WAIT may be taken over, by setting and by kernel.
@Suite struct TimeWaitRuleTests {
  /// A setting on a kernel, and the ages in milliseconds from which it lets connects take over.
  private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kernel = KernelVersion(6, 18)
    var mode: Int? = 1
    var delay: Int?
    var timestamps: Int? = 1
    var from: UInt32?
    var fromOnLoopback: UInt32?
  }

  @Test(arguments: [
    Case(testDescription: "never", mode: 0, delay: 1000),
    Case(testDescription: "always", delay: 1000, from: 1001, fromOnLoopback: 1001),
    Case(testDescription: "a delay of its own", delay: 200, from: 201, fromOnLoopback: 201),
    Case(testDescription: "on loopback alone", mode: 2, delay: 1000, fromOnLoopback: 1001),
    Case(testDescription: "without timestamps", delay: 1000, timestamps: 0),
    Case(testDescription: "an unknown mode", mode: 3, delay: 1000),
    Case(testDescription: "a setting that cannot be read", mode: nil, delay: 1000),
    Case(
      testDescription: "whole seconds", kernel: KernelVersion(6, 13), from: 1001,
      fromOnLoopback: 1001),
    Case(
      testDescription: "loopback, whole seconds", kernel: KernelVersion(4, 19), mode: 2,
      fromOnLoopback: 1001),
    Case(
      testDescription: "more than a whole second", kernel: KernelVersion(4, 18), from: 2001,
      fromOnLoopback: 2001),
    Case(
      testDescription: "2 is as 1 before 4.19", kernel: KernelVersion(4, 18), mode: 2, from: 2001,
      fromOnLoopback: 2001),
  ]) private func `a TIME_WAIT is reclaimable from its age on`(_ made: Case) throws {
    for (source, from) in [
      (IPAddress(ipv4: 0x0a00_0001), made.from),
      (IPAddress(ipv4: 0x7f00_0001), made.fromOnLoopback),
    ] {
      for age: UInt32 in [0, 200, 201, 1000, 1001, 2000, 2001, 59_999] {
        let isReclaimable = from.map { age >= $0 } ?? false
        #expect(try reclaimable(made, source, age) == (isReclaimable ? 1 : 0), "\(source), \(age)")
      }
    }
  }

  private func reclaimable(_ made: Case, _ source: IPAddress, _ age: UInt32) throws -> Int {
    var host = FakeHost()
    host.kernel = made.kernel
    host.facts.settings.timeWaitReuse = made.mode
    host.facts.settings.timeWaitReuseDelayMilliseconds = made.delay
    host.facts.settings.timestamps = made.timestamps
    host.tcp = [
      FakeRow {
        $0.state = 6
        $0.timer = 3
        $0.expires = 60_000 - age
        $0.source = source
      }
    ]
    var sampler = try host.sampler()
    try sampler.sample()
    let snapshot = sampler.snapshot(of: NamespaceIdentity(name: "host", inode: 1))
    return try #require(snapshot.pools.first { $0.key.kind == .connect }).reclaimable
  }
}
