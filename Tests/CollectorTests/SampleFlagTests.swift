import Collector
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import Testing

/// What a sample could not have, or what makes it special, is said.
@Suite struct SampleFlagTests {
  private func flags(_ host: FakeHost) throws -> [SnapshotFlag] {
    var sampler = try host.sampler()
    try sampler.sample()
    return sampler.flags(of: NamespaceIdentity(name: "host", inode: 1))
  }

  @Test func aRangeWithAnOddNumberOfPortsIsFlagged() throws {
    var host = FakeHost()
    host.facts.range = try #require(PortRange(low: 40_000, high: 40_020))
    #expect(try flags(host).contains { $0.id == "odd_range" })
  }

  @Test func reservedPortsThatCannotBeReadAreSaid() throws {
    var host = FakeHost()
    host.facts.reserved = nil
    host.facts.reservedError = .unreadable(
      SystemCallError("open", ReservedPorts.path, .permissionDenied))
    let flag = try #require(
      try flags(host).first { $0.id == "reserved_unreadable" })
    #expect(flag.text.hasSuffix("permission denied (EACCES 13)"))
  }

  @Test func anInterruptedDumpIsFlagged() throws {
    var host = FakeHost()
    host.tcp = [FakeRow()]
    host.marksInterruption = true
    #expect(try flags(host).contains { $0.id == "dump_interrupted" })
  }
}
