import Frames
import Inet
import KernelTestKit
import Pools
import Testing

/// The collector over a real namespace whose twenty ports are filled and drained for real.
@Suite(.needsRoot) struct LiveCollectionTests {
  @Test func `frames follow what really happens, and another reader sees them`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let destination = Endpoint(IPAddress(ipv4: 0x7f00_0001), 5000)
        let listener = try TestSocket.listener(destination)
        var host = try LiveCollection()
        var clients: [Connection] = []
        var opens: UInt64 = 0
        for count in [0, 3, 10, 19, 20] {
          while clients.count < count {
            clients.append(try Connection.established(listener, to: destination))
          }
          let frame = try host.step()
          opens += frame.counters[.activeOpens] ?? 0
          check(frame, host, inUse: count, "filling")
          ExitTestReport.check(opens == UInt64(count), "\(opens) opens of \(count)")
        }
        let newest = host.newest
        ExitTestReport.check(newest?.verdict == .exhausted, "not exhausted")
        // TIME_WAIT keeps its port: nothing is free yet, and all is seen.
        for index in 0..<5 { try clients[index].enterTimeWait() }
        Settling.pause()
        let waiting = try host.step()
        check(waiting, host, inUse: 20, "waiting")
        ExitTestReport.check(waiting.gauges[.timeWait]?.last == 5, "TIME_WAIT")
        ExitTestReport.check(waiting.gauges[.timeWaitSockets]?.last == 5, "sockstat's tw")
        let found = waiting.findings.first?.finding(in: waiting)
        ExitTestReport.check(
          found?.id == .established && found?.severity == .exhausted && found?[.ports] == 15
            && found?.pool == waiting.pools.first { $0.key.kind == .connect }?.key,
          "\(waiting.findings)")
        // The servers close first and wait at their own port; the clients' ports are free.
        for index in 8..<20 { clients[index].closeServer() }
        Settling.pause()
        for index in 8..<20 { clients[index].closeClient() }
        Settling.pause()
        check(try host.step(), host, inUse: 8, "drained")
        withExtendedLifetime((listener, clients)) {}
      }
    }
  }

  @Test func `an idle namespace is looked at and not dumped again`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        var host = try LiveCollection()
        var dumps: UInt64 = 0
        for _ in 0..<20 { dumps += try host.step().counters[.dumps] ?? 0 }
        ExitTestReport.check(dumps == 1, "\(dumps) dumps")
      }
    }
  }
}

/// Holds a frame, as a reader of the ring has it, against the truth.
private func check(_ frame: Frame, _ host: borrowing LiveCollection, inUse: Int, _ step: String) {
  let newest = host.newest
  ExitTestReport.check(newest == frame, "\(step): the reader has another frame")
  let pool = frame.pools.first { $0.key.kind == .connect }
  let found = pool.map { Int($0.inUse.last) } ?? 0
  ExitTestReport.check(found == inUse, "\(step): \(found) in use, not \(inUse)")
  let bound = pool?.inUseBound ?? 0
  ExitTestReport.check(bound >= inUse, "\(step): bound \(bound) below \(inUse)")
  ExitTestReport.check(
    Int(frame.gauges[.tcpPortsInUse]?.last ?? 0) == inUse, "\(step): distinct ports")
  ExitTestReport.check(
    Int(frame.gauges[.tcpPortsInUseBound]?.last ?? 0) >= inUse, "\(step): bound of ports")
  ExitTestReport.check(frame.range.count == 20, "\(step): the range")
}
