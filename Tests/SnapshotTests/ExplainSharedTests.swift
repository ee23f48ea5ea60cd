import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// Pools that all destinations share, and TIME_WAIT's own limit.
@Suite(.needsRoot) struct ExplainSharedTests {
  @Test func `bind(address, 0): another address brings as many ports as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let pool = try NarrowPool(namespace)
        func binds(_ address: IPAddress) throws -> [TestSocket] {
          var sockets: [TestSocket] = []
          while sockets.count < 100 {
            do throws(SystemCallError) {
              sockets.append(try TestSocket.bound(Endpoint(address)))
            } catch {
              if error.errno.rawValue == EADDRINUSE { break }
              throw error
            }
          }
          return sockets
        }
        ExitTestReport.check(try Explained()[.bindHeld] == nil, "found too early")
        let first = try binds(NarrowPool.address)
        let explained = try Explained()
        let finding = explained[.bindHeld]
        ExitTestReport.check(
          first.count == 20 && finding?.severity == .exhausted && finding?.pool?.kind == .bind,
          "\(explained.diagnosis)")
        ExitTestReport.check(explained[.listenerInRange]?[.idleBindPorts] == 20, "not idle")
        let promised = explained.advice(.bindHeld) { $0 == .addSource }?.gainedPorts ?? 20
        let second = try binds(NarrowPool.other)
        ExitTestReport.check(promised == second.count, "\(promised), \(second.count)")
        withExtendedLifetime((pool, first, second)) {}
      }
    }
  }

  @Test func `UDP: closing gives back as many ports as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let pool = try NarrowPool(namespace)
        func connects() throws -> [TestSocket] {
          var sockets: [TestSocket] = []
          while sockets.count < 100 {
            do throws(SystemCallError) {
              sockets.append(try TestSocket.udp(connected: Endpoint(NarrowPool.address, 53)))
            } catch {
              if error.errno.rawValue == EAGAIN { break }
              throw error
            }
          }
          return sockets
        }
        ExitTestReport.check(try Explained()[.udpHeld] == nil, "found too early")
        var sockets = try connects()
        let explained = try Explained()
        let finding = explained[.udpHeld]
        ExitTestReport.check(
          sockets.count == 20 && finding?.severity == .exhausted, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids == [.udpHeld], "\(explained.ids)")
        let promised = explained.advice(.udpHeld) { $0 == .closeUDP }?.gainedPorts ?? -1
        sockets.removeAll()
        let came = try connects().count
        ExitTestReport.check(promised == 20 && came == 20, "\(promised), \(came)")
        withExtendedLifetime(pool) {}
      }
    }
  }

  @Test func `TIME_WAIT that overflows stops to when there is room`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try namespace.setPortRange(32_768, 60_999)
        try namespace.write("10", to: "ipv4/tcp_max_tw_buckets")
        try pool.wait(4)
        ExitTestReport.check(try Explained().ids == [], "found too early")
        try pool.wait(12)
        let explained = try Explained()
        let finding = explained[.timeWaitOverflow]
        ExitTestReport.check(
          finding?[.used] == 10 && finding?[.limit] == 10 && finding?[.refused] == 6
            && finding?.severity == .warning, "\(explained.diagnosis)")
        try explained.apply("tcp_max_tw_buckets")
        ExitTestReport.check(
          try namespace.read("ipv4/tcp_max_tw_buckets") == "20", "not set")
        try pool.wait(4)
        var overflows: Int?, waiting: Int?
        _ = try Explained {
          overflows = $0.timeWaitOverflows
          waiting = $0.timeWaitSockets
        }
        ExitTestReport.check(
          overflows == 6 && waiting == 14, "\(overflows ?? -1), \(waiting ?? -1)")
      }
    }
  }
}
