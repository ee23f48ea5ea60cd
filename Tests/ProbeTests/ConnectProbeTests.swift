import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import Probe
import Testing

/// What a probe says of one destination, and what it leaves behind.
@Suite(.needsRoot) struct ConnectProbeTests {
  @Test func `probes send nothing and leave nothing`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let source = IPAddress(ipv4: 0x0a09_0001)
        try namespace.add(source)
        // Without a route's own traffic: duplicate address detection and the like.
        Settling.pause(milliseconds: 300)
        let before = try Aftermath.now()
        let resets = try #require(try Aftermath.counter("EstabResets"))
        var established = 0
        for target in [
          ProbeTarget(destination: source, port: 443),
          ProbeTarget(source: source, destination: IPAddress(ipv4: 0x7f00_0001), port: 443),
          ProbeTarget(destination: IPAddress(high: 0, low: 1), port: 443),
          ProbeTarget(destination: source, port: 443, isMapped: true),
          ProbeTarget(.udp, destination: source, port: 53),
          ProbeTarget(.udp, destination: source, port: 53, isMapped: true),
        ] {
          let series = try ConnectProbe.series(target, count: 100)
          #expect(series.grantedCount == 100, "\(target)")
          #expect(series.times != nil)
          #expect((series.unused == nil) == (target.transport == .udp))
          established += series.establishedCount
        }
        #expect(established == 4 * 110)
        #expect(try Aftermath.now() == before)
        #expect(try Aftermath.counter("EstabResets") == resets + established)
      }
    }
  }

  @Test func `a granted probe tells the address and the port that connect() would have`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let source = IPAddress(ipv4: 0x0a09_0001)
        try namespace.add(source)
        try namespace.setPortRange(40_000, 40_001)
        try namespace.write("40000", to: "ipv4/ip_local_reserved_ports")
        for isMapped in [false, true] {
          var target = ProbeTarget(
            destination: IPAddress(ipv4: 0x7f00_0001), port: 1, isMapped: isMapped)
          #expect(
            try ConnectProbe.once(target).outcome
              == .granted(address: IPAddress(ipv4: 0x7f00_0001), port: 40_001))
          #expect(try RouteProbe.source(of: target) == IPAddress(ipv4: 0x7f00_0001))
          target.source = source
          #expect(
            try ConnectProbe.once(target).outcome == .granted(address: source, port: 40_001))
          #expect(try RouteProbe.source(of: target) == source)
        }
      }
    }
  }

  @Test func `a scoped link-local address is probed through its interface`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try addInterface(namespace)
        try ip("-6", "addr", "add", "fe80::5/64", "dev", "ullage0", "nodad")
        let index = try #require(NetworkInterface.index(named: "ullage0"))
        let peer = IPAddress(high: 0xfe80_0000_0000_0000, low: 9)
        let local = IPAddress(high: 0xfe80_0000_0000_0000, low: 5)
        var target = ProbeTarget(source: local, destination: peer, port: 443, interface: index)
        guard case .granted(local, _) = try ConnectProbe.once(target).outcome else {
          return ExitTestReport.record("\(try ConnectProbe.once(target))")
        }
        target.interface = 0
        target.source = nil
        #expect(try ConnectProbe.once(target).outcome == .refused(.invalid))
      }
    }
  }

  @Test func `what is not about ports is not taken for exhaustion`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let far = IPAddress(ipv4: 0xcb00_7101)
        var target = ProbeTarget(destination: far, port: 80)
        #expect(try ConnectProbe.once(target).outcome == .noRoute(.networkUnreachable))
        #expect(try RouteProbe.source(of: target) == nil)
        target.destination = IPAddress(ipv4: 0x7f00_0001)
        target.source = far
        #expect(try ConnectProbe.once(target).outcome == .sourceNotLocal(.addressNotAvailable))
        // A route, and no address that could be a source: IPv6 calls it EADDRNOTAVAIL too.
        try addInterface(namespace)
        try ip("-6", "route", "add", "2001:db8::/32", "dev", "ullage0")
        try ip("link", "set", "lo", "down")
        let global = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)
        let outcome = try ConnectProbe.once(ProbeTarget(destination: global, port: 80)).outcome
        #expect(outcome == .noSource(.addressNotAvailable), "\(outcome)")
      }
    }
  }

  @Test func `without a loopback address nothing is compared and no port blocked`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try addInterface(namespace)
        try ip("addr", "add", "10.9.0.1/24", "dev", "ullage0")
        // Its routes outlive the interface that goes down, and not its address.
        try ip("addr", "flush", "dev", "lo")
        let target = ProbeTarget(destination: IPAddress(ipv4: 0x0a09_0002), port: 80)
        let series = try ConnectProbe.series(target, count: 3)
        #expect(series.grantedCount == 3)
        #expect(series.unused == nil)
        #expect(series.isSearching == nil)
        #expect(series.establishedCount == 3)
        let facts = try NamespaceFacts.read()
        do {
          _ = try BlockedPorts.probe(facts.range, reserved: PortSet())
          ExitTestReport.record("127/8 is routed without an address")
        } catch ProbeError.noRoute(let address, let errno) {
          #expect(address.isLoopback)
          #expect(errno == .networkUnreachable)
        }
        // Any other destination that is routed and unused does.
        let reading = try BlockedPorts.probe(
          facts.range, reserved: PortSet(), destination: target.destination, destinationPort: 9)
        #expect(reading.ports.isEmpty && reading.probedCount == facts.range.count)
      }
    }
  }

  @Test func `past the cliff a probe says that the kernel searches, below it does not`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
        // SAFETY: the kernel reads the struct. 14,116 sockets are held.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let target = ProbeTarget(destination: IPAddress(ipv4: 0x7f01_0203), port: 443)
        var held: [HeldPort] = []
        func expect(_ isSearching: Bool, after count: Int) throws {
          while held.count < count { held.append(try HeldPort(target)) }
          let series = try ConnectProbe.series(target, count: 50)
          ExitTestReport.check(series.grantedCount == 50, "\(count) held: \(series.answers)")
          ExitTestReport.check(
            series.isSearching == isSearching, "\(count) held: \(String(describing: series.times))")
        }
        try expect(false, after: 0)
        try expect(false, after: 12_000)
        // Every port of the low bound's parity, and one more.
        try expect(true, after: 14_117)
        let elsewhere = ProbeTarget(destination: IPAddress(ipv4: 0x7f01_0203), port: 444)
        #expect(try ConnectProbe.series(elsewhere, count: 50).isSearching == false)
      }
    }
  }
}

/// An interface `ullage0` that is up and has no address, with its other end.
private func addInterface(_ namespace: TestNamespace) throws {
  try namespace.write("1", to: "ipv6/conf/default/addr_gen_mode")
  try ip("link", "add", "ullage0", "type", "veth", "peer", "name", "ullage1")
  for name in ["ullage0", "ullage1"] { try ip("link", "set", name, "up") }
}

/// A socket in repair mode that keeps its port.
private final class HeldPort {
  private let socket: ProbeSocket

  init(_ target: ProbeTarget) throws {
    socket = try ProbeSocket(.connecting, isIPv6: false)
    let remote = SocketAddress(
      ipv4: UInt32(truncatingIfNeeded: target.destination.low), port: target.port)
    if let errno = socket.connect(remote).errno {
      throw SystemCallError("connect", "a socket to hold a port", errno)
    }
  }
}
