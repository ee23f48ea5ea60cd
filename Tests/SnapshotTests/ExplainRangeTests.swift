import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

/// What is wrong with the range, made for real: explain names it, its advice does what it says, and then it
/// is silent.
@Suite(.needsRoot) struct ExplainRangeTests {
  @Test func `a listener in the range: reserved, its port waits for it`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        var service: TestSocket? = try .listener(Endpoint(NarrowPool.address, 40_006))
        let explained = try Explained()
        let finding = explained[.listenerInRange]
        ExitTestReport.check(
          finding?.ports == [40_006] && finding?[.listenerPorts] == 1
            && finding?.severity == .info, "\(explained.diagnosis)")
        ExitTestReport.check(explained.ids == [.listenerInRange], "\(explained.ids)")
        ExitTestReport.check(
          explained.diagnosis.hasListenerInRange == true, "no listener in the way")
        try explained.apply("ip_local_reserved_ports")
        service = nil
        Settling.pause()
        ExitTestReport.check(try pool.connects() == 19, "its port was taken")
        service = try .listener(Endpoint(NarrowPool.address, 40_006))
        let after = try Explained()
        ExitTestReport.check(after[.listenerInRange] == nil, "\(after.ids)")
        withExtendedLifetime(service) {}
      }
    }
  }

  @Test func `listeners that eat the range are its problem, moved they are not`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        var services = try (0..<10).map {
          try TestSocket.listener(Endpoint(NarrowPool.other, 40_000 + UInt16($0)))
        }
        ExitTestReport.check(try pool.connects() == 10, "not ten left")
        let explained = try Explained()
        let finding = explained[.listenerInRange]
        ExitTestReport.check(finding?.severity == .exhausted, "\(explained.diagnosis)")
        let promised =
          explained.advice(.listenerInRange) { $0 == .moveListeners }?.gainedPorts ?? -1
        services.removeAll()
        Settling.pause()
        let came = try pool.connects()
        ExitTestReport.check(promised == 10 && came == 10, "\(promised), \(came)")
      }
    }
  }

  @Test func `reserved ports: without them there are as many more as it says`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try namespace.write("8080,40000-40009", to: "ipv4/ip_local_reserved_ports")
        ExitTestReport.check(try pool.connects() == 10, "not ten left")
        let explained = try Explained()
        let finding = explained[.reservedPorts]
        ExitTestReport.check(
          finding?[.ports] == 10 && finding?.severity == .exhausted, "\(explained.diagnosis)")
        let promised = finding?.advice.first?.gainedPorts ?? -1
        try explained.apply("ip_local_reserved_ports=8080")
        let came = try pool.connects()
        ExitTestReport.check(promised == 10 && came == 10, "\(promised), \(came)")
        ExitTestReport.check(try Explained()[.reservedPorts] == nil, "still found")
        ExitTestReport.check(
          try namespace.read("ipv4/ip_local_reserved_ports") == "8080", "others are lost")
      }
    }
  }

  @Test func `all reserved: nobody connects, and the list is emptied`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace)
        try namespace.write("40000-40019", to: "ipv4/ip_local_reserved_ports")
        ExitTestReport.check(try pool.connects() == 0, "some are left")
        let explained = try Explained()
        ExitTestReport.check(
          explained[.reservedPorts]?.severity == .exhausted, "\(explained.diagnosis)")
        try explained.apply("echo >")
        let came = try pool.connects()
        ExitTestReport.check(came == 20, "\(came)")
      }
    }
  }

  @Test func `an odd range: made even, every port is found`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var pool = try NarrowPool(namespace, high: 40_020)
        let explained = try Explained()
        ExitTestReport.check(explained.ids == [.oddRange], "\(explained.ids)")
        try explained.apply("ip_local_port_range=\"40001")
        ExitTestReport.check(
          try namespace.read("ipv4/ip_local_port_range") == "40001\t40020", "not set")
        let came = try pool.connects()
        ExitTestReport.check(came == 20, "\(came)")
        ExitTestReport.check(try Explained()[.oddRange] == nil, "still odd")
      }
    }
  }

  @Test func `a narrow range: silent from the kernel's default on`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(32_770, 60_999)
        let narrow = try Explained()
        ExitTestReport.check(narrow[.narrowRange]?.severity == .info, "\(narrow.diagnosis)")
        try narrow.apply("ip_local_port_range=\"10000 65535\"")
        ExitTestReport.check(try Explained().diagnosis.findings.isEmpty, "still narrow")
        try namespace.setPortRange(32_768, 60_999)
        ExitTestReport.check(try Explained().diagnosis.findings.isEmpty, "the default is narrow")
      }
    }
  }

  @Test func `bind before connect: as many ports as a probe finds, and none when bound late`() async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        for bindsLate in [false, true] {
          var pool = try NarrowPool(try TestNamespace.enter())
          try pool.make(8, from: Endpoint(NarrowPool.address), bindsLate: bindsLate)
          if !bindsLate { try pool.wait(4, from: Endpoint(NarrowPool.address)) }
          let exact = try Self.blockedByTrying(namespace)
          let tried = try Explained { $0.exactBlocked = exact }
          let explained = try Explained(isExact: true)
          let finding = explained[.bindBeforeConnect]
          ExitTestReport.check(
            tried[.bindBeforeConnect]?[.ports] == finding?[.ports], "\(tried.diagnosis)")
          if bindsLate {
            ExitTestReport.check(finding == nil, "\(explained.diagnosis)")
          } else {
            ExitTestReport.check(
              finding?[.ports] == 12 && finding?.advice.first?.gainedPorts == 12,
              "\(explained.diagnosis)")
          }
          // What the advice promises: 12 ports more for everybody, here for another address.
          let came = try pool.connects(from: Endpoint(NarrowPool.other))
          ExitTestReport.check(came == (bindsLate ? 20 : 8), "\(came)")
        }
      }
    }
  }

  /// B to the port: each port of the range tried alone, to a destination that nobody else uses.
  private static func blockedByTrying(_ namespace: TestNamespace) throws -> PortSet {
    let listener = try TestSocket.listener(Endpoint(NarrowPool.other, 6000))
    var blocked = PortSet()
    for port: UInt16 in 40_000...40_019 {
      try namespace.setPortRange(port, port)
      do throws(SystemCallError) {
        let client = try TestSocket.connected(to: try listener.local)
        let server = try listener.accept()
        // The server closes first: nothing is left at the client's port.
        try server.shutDownWriting()
        Settling.pause(milliseconds: 2)
        withExtendedLifetime(client) {}
      } catch {
        guard error.errno.rawValue == EADDRNOTAVAIL else { throw error }
        blocked.insert(port)
      }
    }
    try namespace.setPortRange(40_000, 40_019)
    return blocked
  }
}
