import Glibc
import Inet
import Kernel
import KernelTestKit
import Probe
import PropertyTestKit
import Testing

/// What a probe says against what a real connect() does right after it.
@Suite(.needsRoot) struct AgreementTests {
  @Test func `a probe says of thousands of connects whether each will be granted a port`() async {
    await #expect(processExitsWith: .success) {
      let first = SeededGenerator.fresh()
      for round in 0..<rounds(8) {
        let generator = SeededGenerator(seed: first.seed &+ UInt64(round))
        inFreshNamespace { namespace in
          var host = try ChurningHost(namespace, generator)
          for step in 0..<500 {
            try host.change()
            let target = host.anyTarget()
            let answer = try ConnectProbe.once(target)
            let really = try host.connect(target)
            ExitTestReport.check(
              answer.outcome.isGranted == really,
              "step \(step), \(target): \(answer.outcome), but \(really), \(generator.replay)")
            if !really {
              ExitTestReport.check(
                answer.outcome == .exhausted(.addressNotAvailable), "\(answer.outcome)")
            }
          }
          // A test that never came to the limit, or never left it, would show nothing.
          ExitTestReport.check(
            host.refusedCount > 50 && host.grantedCount > 50,
            "\(host.grantedCount) granted, \(host.refusedCount) refused, \(generator.replay)")
        }
      }
    }
  }

  @Test func `a probe of UDP and of bind says whether the next one is granted a port`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        var generator = SeededGenerator.fresh()
        try namespace.setPortRange(40_000, 40_009)
        var sockets: [TestSocket] = []
        var (agreed, refused) = (0, 0)
        for _ in 0..<rounds(500) {
          if generator.small(100) < 45, !sockets.isEmpty {
            sockets.remove(at: generator.small(sockets.count))
          }
          let isUDP = generator.oneIn(2), isIPv6 = generator.oneIn(2)
          let address = isIPv6 ? IPAddress(high: 0, low: 1) : IPAddress(ipv4: 0x7f00_0001)
          let target = ProbeTarget(.udp, destination: address, port: 53)
          let says =
            isUDP
            ? try ConnectProbe.once(target).outcome
            : try BindProbe.series(.tcp, address, count: 1).answers[0].outcome
          do throws(SystemCallError) {
            sockets.append(
              isUDP
                ? try TestSocket.udp(connected: Endpoint(address, 53))
                : try TestSocket.bound(Endpoint(address)))
            ExitTestReport.check(says.isGranted, "granted, said \(says), \(generator.replay)")
            agreed += 1
          } catch {
            ExitTestReport.check(
              says == .exhausted(error.errno), "\(error), said \(says), \(generator.replay)")
            refused += 1
          }
        }
        ExitTestReport.check(agreed > 20 && refused > 20, "\(agreed), \(refused)")
      }
    }
  }
}

/// A namespace with a narrow range where connections to a few pools, idle binds and TIME_WAIT come and
/// go around the limit.
private struct ChurningHost {
  private var generator: SeededGenerator
  private let server: TestSocket
  private var pairs: [(client: TestSocket, server: TestSocket)] = []
  private var binds: [TestSocket] = []
  private(set) var grantedCount = 0
  private(set) var refusedCount = 0

  private static let addresses = [IPAddress(ipv4: 0x0a09_0001), IPAddress(ipv4: 0x0a09_0002)]
  private static let loopbackIPv6 = IPAddress(high: 0, low: 1)

  init(_ namespace: TestNamespace, _ generator: SeededGenerator) throws {
    self.generator = generator
    for address in Self.addresses { try namespace.add(address) }
    // An even number: of odd ones the kernel may miss one, and not the same one each time.
    try namespace.setPortRange(40_000, 40_011)
    try namespace.write("40003", to: "ipv4/ip_local_reserved_ports")
    // A probe would take over what a connect() then could not have.
    try namespace.write("0", to: "ipv4/tcp_tw_reuse")
    server = try TestSocket.listener(Endpoint(.anyIPv6, 5000))
  }

  /// Somebody closes, or binds, or stops to.
  mutating func change() throws {
    if generator.small(100) < 40, !pairs.isEmpty {
      let pair = pairs.remove(at: generator.small(pairs.count))
      try pair.client.resetWhenClosed()
    }
    if generator.oneIn(40), binds.count < 3 {
      let port = UInt16.random(in: 40_000...40_011, using: &generator)
      let local = Endpoint(generator.pick(Self.addresses + [Self.loopbackIPv6]), port)
      if let socket = try? TestSocket.bound(local) { binds.append(socket) }
    }
    if generator.oneIn(40), !binds.isEmpty { binds.remove(at: generator.small(binds.count)) }
  }

  /// Mostly one pool, so that it comes to its limit; IPv4, mapped, IPv6, with a source and without.
  mutating func anyTarget() -> ProbeTarget {
    if generator.oneIn(6) { return ProbeTarget(destination: Self.loopbackIPv6, port: 5000) }
    let source = generator.oneIn(2) ? generator.pick([Self.addresses[0], Self.addresses[1]]) : nil
    let isMapped = generator.oneIn(3)
    return ProbeTarget(
      source: generator.oneIn(8) ? source : Self.addresses[0], destination: Self.addresses[1],
      port: 5000, isMapped: isMapped)
  }

  /// Whether a real connect() is granted a port, and keeps it.
  mutating func connect(_ target: ProbeTarget) throws -> Bool {
    let client: TestSocket
    do throws(SystemCallError) {
      client = try TestSocket.connected(
        to: Endpoint(target.destination, target.port, isMapped: target.isMapped),
        from: target.source.map { Endpoint($0, isMapped: target.isMapped) }, bindsLate: true)
    } catch {
      guard error.errno == .addressNotAvailable else { throw error }
      refusedCount += 1
      return false
    }
    pairs.append((client, try server.accept()))
    grantedCount += 1
    return true
  }
}
