import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Ports that block everybody and show in no dump: what we say without a probe and with one.
@Suite(.needsRoot) struct HiddenPortTests {
  @Test func `a TIME_WAIT of a bound socket is reclaimable by the dump and blocked in truth`() async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.add(Self.source)
        try namespace.setPortRange(40_000, 40_019)
        try namespace.write("1", to: "ipv4/tcp_tw_reuse")
        // 6.14 has the delay; before it is one second.
        let hasDelay = (try? namespace.write("100", to: "ipv4/tcp_tw_reuse_delay")) != nil
        let server = try TestSocket.listener(Endpoint(Self.source, 5000))
        func wait(bindsLate: Bool) throws {
          let client = try TestSocket.connected(
            to: Endpoint(Self.source, 5000), from: Endpoint(Self.source), bindsLate: bindsLate)
          var ends = [client, try server.accept()]
          try client.shutDownWriting()
          Settling.pause()
          ends.removeLast()
          Settling.pause()
          ends.removeAll()
        }
        for _ in 0..<3 { try wait(bindsLate: false) }
        try wait(bindsLate: true)
        Settling.pause(milliseconds: hasDelay ? 300 : 2300)

        let blind = try Self.pool(SampleOptions())
        ExitTestReport.check(blind.reclaimable == 4, "by the dump \(blind)")
        ExitTestReport.check(blind.headroom == 20 && blind.headroomLower == nil, "\(blind)")
        let seeing = try Self.pool(SampleOptions(probesBlocked: true))
        ExitTestReport.check(seeing.reclaimable == 1, "in truth \(seeing)")
        ExitTestReport.check(seeing.inUse == 4 && seeing.capacity == 17, "\(seeing)")
        ExitTestReport.check(seeing.headroom == 17 && seeing.headroomLower == 16, "\(seeing)")

        var sockets: [TestSocket] = []
        while sockets.count < 30,
          let socket = try? TestSocket.connected(
            to: Endpoint(Self.source, 5000), from: Endpoint(Self.source), bindsLate: true)
        {
          sockets.append(socket)
        }
        ExitTestReport.check(sockets.count == 17, "\(sockets.count) came true")
      }
    }
  }

  @Test func `programs that bind before they connect lie on the wrong side, and are found`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.add(Self.source)
        try namespace.setPortRange(40_000, 40_199)
        let server = try TestSocket.listener(Endpoint(Self.source, 5000))
        var sockets: [TestSocket] = []
        func connect(_ count: Int, bindsLate: Bool) throws {
          for _ in 0..<count {
            sockets.append(
              try .connected(
                to: Endpoint(Self.source, 5000), from: Endpoint(Self.source), bindsLate: bindsLate))
          }
        }
        try connect(5, bindsLate: true)
        let plain = try Self.pool(SampleOptions())
        ExitTestReport.check(
          plain.parityUse
            == ParityUse(takenLow: 5, takenOther: 0, availableLow: 100, availableOther: 100),
          "\(plain)")
        ExitTestReport.check(plain.parityUse?.suggestsEarlyBinds == false, "\(plain)")
        try connect(60, bindsLate: false)
        let bound = try Self.pool(SampleOptions())
        ExitTestReport.check(
          bound.takenOther == 60 && bound.parityUse?.suggestsEarlyBinds == true, "\(bound)")
        let probed = try Self.pool(SampleOptions(probesBlocked: true))
        ExitTestReport.check(
          probed.takenOther == 0 && probed.capacity == 140 && probed.headroom == 135, "\(probed)")
        withExtendedLifetime(server) {}
      }
    }
  }

  private static let source = IPAddress(ipv4: 0x0a09_0001)

  /// The pool of 10.9.0.1 → 10.9.0.1:5000.
  private static func pool(_ options: SampleOptions) throws -> Pool {
    let key = PoolKey.connect(source: source, destination: source, port: 5000, interface: 0)
    let snapshot = try takeSnapshot(options)
    guard let pool = snapshot.pools.first(where: { $0.key == key }) else { throw Missing() }
    return pool
  }

  private struct Missing: Error {}
}
