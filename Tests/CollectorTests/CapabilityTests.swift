import HostFacts
import Testing

/// What a process may do, and where it may look.
@Suite struct CapabilityTests {
  @Test func `the effective capabilities are those of the line`() throws {
    let status = Array("Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t0000004000201004\n".utf8)
    let set = try #require(CapabilitySet.parse(status))
    #expect(set.contains(.dacReadSearch) && set.contains(.netAdmin))
    #expect(set.contains(.sysAdmin) && set.contains(.perfmon))
    #expect(set.lacking([.perfmon, .sysPtrace]) == [.sysPtrace])
    #expect(CapabilitySet.parse(Array("CapEff:\tffffffffffffffff\n".utf8))?.rawValue == .max)
    for text in [
      "", "CapEff:", "CapEff:\t12\n", "CapEff:\t00000000000000zz", "CapPrm:\t0000000000000001",
    ] {
      #expect(CapabilitySet.parse(Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func `this process has a set of its own`() throws {
    let set = try CapabilitySet.effective()
    #expect(set.rawValue & ~((1 << 42) - 1) == 0)
    #expect(Set(Capability.allCases.map(\.name)).count == Capability.allCases.count)
  }

  @Test(arguments: [
    ("         0          0 4294967295\n", true), ("0 1000 1\n", false),
    ("0 0 4294967295\n5 5 1\n", false), ("", nil), ("0 0\n", nil), ("a b c\n", nil),
  ]) func `only the identity over every id is the host's`(text: String, isHost: Bool?) {
    #expect(CapabilityScope.parse(Array(text.utf8)) == isHost)
  }

  @Test func `mounts are found by their type, whatever stands before it`() {
    let text = """
      22 28 0:21 / /proc rw,nosuid - proc proc rw
      24 22 0:12 / /sys/kernel/tracing rw shared:1 master:2 - tracefs tracefs rw
      25 22 0:12 / /a\\040b rw - tracefs none rw
      26 22 0:12 / /bad rw
      27 22 - -
      28 22 0:12 / /late rw shared:1 -

      """
    let bytes = Array(text.utf8)
    #expect(MountPoints.parse(bytes, type: "tracefs") == ["/sys/kernel/tracing", "/a\\040b"])
    #expect(MountPoints.parse(bytes, type: "proc") == ["/proc"])
    #expect(MountPoints.parse(bytes, type: "ext4") == [])
    #expect(MountPoints.ofType("proc").contains("/proc"))
  }
}
