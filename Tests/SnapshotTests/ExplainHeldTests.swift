import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Each way to hold a pool, made for real: explain names it and nothing else, and what it promises of its
/// advice comes true when the command is run.
@Suite(.needsRoot) struct ExplainHeldTests {
  @Test func `TIME_WAIT: reuse frees as many ports as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.wait(20)
        ExitTestReport.check(try pool.connects() == 0, "the pool is not full")
        let explained = try Explained()
        let finding = explained[.timeWait]
        ExitTestReport.check(
          finding?.pool == NarrowPool.key && finding?[.ports] == 20
            && finding?.severity == .exhausted, "\(explained.diagnosis)")
        ExitTestReport.check(
          explained.ids == [.timeWait, .bindHeld], "\(explained.ids)")
        let promised = explained.advice(.timeWait) { $0 == .reuseTimeWait }?.gainedPorts
        try explained.apply("tcp_tw_reuse")
        // The delay, a second by default; before 6.14 more than one whole second.
        Settling.pause(milliseconds: 2100)
        let came = try pool.connects()
        ExitTestReport.check(promised == 20 && came == 20, "\(promised ?? -1), \(came)")
        let after = try Explained()
        ExitTestReport.check(!after.ids.contains(.timeWait), "\(after.ids)")
      }
    }
  }

  @Test func `TIME_WAIT that is taken over already: rates by its delay, and no such advice`() async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try namespace.write("1", to: "ipv4/tcp_tw_reuse")
        // So long that what waits is too young, where the kernel has the setting.
        guard (try? namespace.write("50000", to: "ipv4/tcp_tw_reuse_delay")) != nil else { return }
        try pool.wait(20)
        let explained = try Explained()
        let finding = explained[.timeWait]
        ExitTestReport.check(
          finding?[.ports] == 20 && finding?[.closesPerSecond] == 0.4
            && finding?[.sustainablePerSecond] == 0.4, "\(explained.diagnosis)")
        ExitTestReport.check(
          explained.advice(.timeWait) { $0 == .reuseTimeWait } == nil, "it is in effect")
        try namespace.write("0", to: "ipv4/tcp_tw_reuse")
        let off = try Explained().advice(.timeWait) { $0 == .reuseTimeWait }
        ExitTestReport.check(
          off?.heldSecondsAfter == 50 && off?.sustainableAfter == 0.4, "\(off as Any)")
      }
    }
  }

  @Test func `CLOSE_WAIT: closing gives back as many ports as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.make(17) { $0.closeServer() }
        let explained = try Explained()
        let finding = explained[.closeWait]
        ExitTestReport.check(
          finding?.pool == NarrowPool.key && finding?[.ports] == 17
            && finding?.severity == .warning, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids.first == .closeWait, "\(explained.ids)")
        ExitTestReport.check(explained[.timeWait] == nil, "\(explained.ids)")
        let promised = finding?.advice.first?.gainedPorts ?? -1
        pool.kept.removeAll()
        Settling.pause()
        let came = try pool.connects()
        ExitTestReport.check(promised == 17 && came == 20, "\(promised), \(came)")
      }
    }
  }

  @Test func `a leak is told before the pool is tight, and a few are none`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.make(1) { $0.closeServer() }
        try pool.make(4)
        let quiet = try Explained().ids
        ExitTestReport.check(quiet == [], "\(quiet)")
        try pool.make(1) { $0.closeServer() }
        let explained = try Explained()
        ExitTestReport.check(
          explained[.closeWait]?.severity == .notice, "\(explained.diagnosis)")
      }
    }
  }

  @Test func `SYN_SENT: fewer retries hold a port as long as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.listener.goDeaf()
        func begin() throws -> TestSocket {
          let client = try TestSocket(.tcp)
          try client.startConnecting(pool.target)
          return client
        }
        pool.kept += try (0..<17).map { _ in try begin() }
        Settling.pause()
        let explained = try Explained()
        let finding = explained[.synSent]
        ExitTestReport.check(finding?[.ports] == 17, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids.first == .synSent, "\(explained.ids)")
        let advice = finding?.advice.first
        try explained.apply("tcp_syn_retries")
        pool.kept.removeAll()
        let client = try begin()
        // As long as promised, give or take a second; timers are late, never early.
        let seconds = UInt64(advice?.heldSecondsAfter ?? 0)
        ExitTestReport.check(seconds == 7, "\(seconds) s")
        Settling.pause(milliseconds: (seconds - 1) * 1000)
        ExitTestReport.check(try Self.count(.synSent) == 1, "given up too early")
        Settling.pause(milliseconds: 2500)
        ExitTestReport.check(try Self.count(.synSent) == 0, "not given up")
        withExtendedLifetime(client) {}
      }
    }
  }

  @Test func `FIN_WAIT2: a lower timeout holds an orphan as long as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.make(17) { $0.closeClient() }
        let explained = try Explained()
        ExitTestReport.check(explained[.finWait2]?[.ports] == 17, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids.first == .finWait2, "\(explained.ids)")
        ExitTestReport.check(explained[.closeWait] == nil, "the servers' ends are inbound")
        try explained.apply("tcp_fin_timeout")
        try pool.make(1) { $0.closeClient() }
        let seconds = UInt64(explained[.finWait2]?.advice.first?.heldSecondsAfter ?? 0)
        ExitTestReport.check(seconds == 10, "\(seconds)")
        Settling.pause(milliseconds: seconds * 1000 - 1000)
        ExitTestReport.check(try Self.count(.finWait2) == 18, "gone too early")
        // The wheel's teeth for ten seconds are half a second apart at the most, one at HZ 100.
        Settling.pause(milliseconds: 2500)
        ExitTestReport.check(try Self.count(.finWait2) == 17, "not gone")
      }
    }
  }

  @Test func `a FIN that nobody answers: orphans give up after the tries it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try pool.make(17) { try $0.enterFinWait1() }
        let explained = try Explained()
        ExitTestReport.check(explained[.closing]?[.ports] == 17, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids.first == .closing, "\(explained.ids)")
        try explained.apply("tcp_orphan_retries")
        try pool.make(1) {
          try $0.server?.goDeaf()
          $0.closeClient()
        }
        // Three tries, the waits doubling from 0.2 s on.
        let before = try Self.count(.finWait1)
        Settling.pause(milliseconds: 8000)
        let after = try Self.count(.finWait1)
        ExitTestReport.check(before == 18 && after == 17, "\(before), \(after)")
      }
    }
  }

  @Test func `ESTABLISHED: a wider range and another address bring what they say`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        // All but twenty ports of what will be proposed are reserved, so that it can be tried out.
        try namespace.write("10000-39999,40040-65535", to: "ipv4/ip_local_reserved_ports")
        try pool.make(20)
        ExitTestReport.check(try pool.connects() == 0, "the pool is not full")
        let explained = try Explained()
        ExitTestReport.check(
          explained[.established]?.severity == .exhausted, "\(explained.diagnosis)")
        let source = explained.advice(.established) { $0 == .addSource }?.gainedPorts
        let came = try pool.connects(from: Endpoint(NarrowPool.other))
        ExitTestReport.check(source == 20 && came == 20, "\(source ?? -1), \(came)")
        let range = explained.advice(.established) {
          if case .widenRange = $0 { true } else { false }
        }?.gainedPorts
        try explained.apply("ip_local_port_range")
        ExitTestReport.check(
          try namespace.read("ipv4/ip_local_port_range") == "10000\t65535", "not set")
        let more = try pool.connects()
        ExitTestReport.check(range == 20 && more == 20, "\(range ?? -1), \(more)")
      }
    }
  }

  @Test func `nothing is found where nothing is wrong`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace, high: 60_003)
        try namespace.setPortRange(32_768, 60_999)
        try pool.make(20)
        try pool.wait(20)
        try pool.make(5) { $0.closeServer() }
        let explained = try Explained()
        ExitTestReport.check(explained.diagnosis.findings.isEmpty, "\(explained.diagnosis)")
      }
    }
  }

  private static func count(_ state: SocketState) throws -> Int {
    let pool = try takeSnapshot().pools.first { $0.key == NarrowPool.key }
    return pool?.states?[state] ?? 0
  }
}
