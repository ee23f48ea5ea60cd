import HostFacts
import Inet
import Kernel
import KernelTestKit
import Probe
import PropertyTestKit
import Testing

/// The exact set of blocked ports, against a ledger of everything that blocks and does not.
@Suite(.needsRoot) struct BlockedPortsTests {
  @Test func `the blocked ports are those of the ledger, neither more nor fewer`() async {
    await #expect(processExitsWith: .success) {
      let first = SeededGenerator.fresh()
      for round in 0..<rounds(6) {
        let generator = SeededGenerator(seed: first.seed &+ UInt64(round))
        inFreshNamespace { namespace in
          var ledger = try PortLedger(namespace, generator)
          try ledger.fill()
          let facts = try NamespaceFacts.read()
          let range = try #require(PortRange(low: PortLedger.low, high: PortLedger.high))
          let before = SocketStatistics.read()
          let resets = try Aftermath.counter("EstabResets") ?? 0
          let reading = try BlockedPorts.probe(range, reserved: facts.reserved ?? PortSet())
          let after = SocketStatistics.read()
          for port in PortLedger.low...PortLedger.high {
            let what = ledger.blocked[port] ?? ledger.shared[port] ?? "nothing"
            ExitTestReport.check(
              reading.ports.contains(port) == (ledger.blocked[port] != nil),
              "port \(port) (\(what)): \(reading.ports.contains(port)), \(generator.replay)")
          }
          ExitTestReport.check(
            try Aftermath.counter("EstabResets")
              == resets + reading.probedCount - reading.ports.count, "EstabResets")
          ExitTestReport.check(!ledger.shared.isEmpty && ledger.blocked.count > 20, "few ports")
          ExitTestReport.check(
            reading.probedCount == PortSet(range).subtracting(ledger.reserved).count, "count")
          ExitTestReport.check(reading.ports.intersection(ledger.reserved).isEmpty, "reserved")
          ExitTestReport.check(
            before.tcpInUse == after.tcpInUse && before.timeWait == after.timeWait,
            "\(before) became \(after)")
          withExtendedLifetime(ledger) {}
        }
      }
    }
  }

  @Test func `a range that has changed is no answer`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let wrong = try #require(PortRange(low: 40_000, high: 40_039))
        #expect(throws: ProbeError.changed) {
          try BlockedPorts.probe(wrong, reserved: PortSet())
        }
        // Within the range every port answers for itself, but the range is not the one given.
        let part = try #require(PortRange(low: 40_000, high: 40_009))
        #expect(throws: ProbeError.changed) { try BlockedPorts.probe(part, reserved: PortSet()) }
        let range = try #require(PortRange(low: 40_000, high: 40_019))
        try namespace.write("40003", to: "ipv4/ip_local_reserved_ports")
        #expect(throws: ProbeError.changed) { try BlockedPorts.probe(range, reserved: PortSet()) }
        let reading = try BlockedPorts.probe(range, reserved: [40_003])
        #expect(reading.ports.isEmpty)
        #expect(reading.probedCount == 19)
      }
    }
  }

  @Test func `a thread bears the name of probing only while it probes`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        func name() throws -> String {
          let bytes = try KernelFile.read("/proc/thread-self/comm")
          return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        let before = try name()
        #expect(before != ProbeThread.name)
        let during = try ProbeThread.during { () throws -> String in
          let reading = try BlockedPorts.probe(
            PortRange(low: 32_768, high: 60_999)!, reserved: PortSet())
          #expect(reading.probedCount == 28_232)
          return try name()
        }
        #expect(during == "ullage-probe")
        #expect(try name() == before)
      }
    }
  }

  @Test func `whoever looks at the thread while it asks sees that it probes`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        // Threads that start here are in this namespace too.
        func isProbing() throws -> Bool {
          try Directory.names(in: "/proc/self/task").contains { thread in
            let comm = try? KernelFile.read("/proc/self/task/\(thread)/comm")
            return comm == Array("ullage-probe\n".utf8)
          }
        }
        ExitTestReport.check(try !isProbing(), "nobody probes yet")
        let thread = try DedicatedThread { () -> Int in
          (0..<20).count { _ in
            (try? BlockedPorts.probe(.kernelDefault, reserved: PortSet()))?.ports.isEmpty == true
          }
        }
        ExitTestReport.check(try Settling.wait { try isProbing() }, "it is not seen")
        ExitTestReport.check(try thread.join() == 20, "it could not ask")
        ExitTestReport.check(try !isProbing(), "its name stays")
      }
    }
  }
}
