import Frames
import HostFacts
import Inet
import Kernel
import NetlinkTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Collector

/// Frames over random tables: every number of a count, and bounds that hold.
@Suite struct CollectorFrameTests {
  private func row(_ generator: inout SeededGenerator) -> FakeRow {
    FakeRow {
      $0.state = generator.pick([1, 1, 1, 2, 4, 5, 6, 6, 8, 9, 11])
      $0.sourcePort = UInt16(33_000 + generator.small(3000))
      $0.destinationPort = generator.pick([80, 443, 5432])
      $0.source = IPAddress(ipv4: 0x0a00_0001 + UInt32(generator.small(2)))
      $0.destination = IPAddress(ipv4: 0x0a00_0010 + UInt32(generator.small(3)))
    }
  }

  @Test func `every number of a frame is the snapshot's`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      let table = FakeTable()
      let count = generator.small(400)
      table.connect((0..<count).map { _ in row(&generator) })
      table.change {
        $0.host.tcp += [.listener(.anyIPv4, 40_000), .listener(IPAddress(ipv4: 0x0a00_0001), 22)]
        $0.host.idleBinds = [.idle(IPAddress(ipv4: 0x0a00_0001), 41_000)]
      }
      let frame: Frame
      var collector = try table.collector()
      frame = collector.frame(0)
      var sampler = try table.host.sampler()
      try sampler.sample()
      var selection = PoolSelection()
      selection.top = 64
      let snapshot = sampler.snapshot(of: NamespaceIdentity(name: "", inode: 0), selection)
      // A frame has no room for what is taken by parity.
      let pools = snapshot.pools.map { pool in
        var pool = pool
        pool.takenLow = nil
        pool.takenOther = nil
        return pool
      }
      #expect(Set(frame.pools.map(\.pool)) == Set(pools), "\(generator.replay)")
      #expect(frame.pools.allSatisfy { $0.method == .dump })
      #expect(frame.other == snapshot.other)
      #expect(frame.connectCapacity == snapshot.space.connectCapacity)
      #expect(frame.bindCapacity == snapshot.space.bindCapacity)
      #expect(frame.blocked == 2 && frame.reserved == 0)
      #expect(frame.verdict == snapshot.pools.map(\.verdict).max())
      #expect(frame.gauges[.tcpPortsInUse]?.last == UInt32(snapshot.tcp.portsInUse))
      #expect(frame.gauges[.tcpSockets]?.last == UInt32(snapshot.tcp.sockets))
      #expect(frame.gauges[.connectPools]?.last == UInt32(snapshot.poolTotals[.connect] ?? 0))
      for (name, state) in [
        (HostGauge.established, SocketState.established), (.timeWait, .timeWait),
        (.synSent, .synSent), (.finWait1, .finWait1), (.finWait2, .finWait2), (.closing, .closing),
        (.closeWait, .closeWait), (.lastAck, .lastAck), (.listen, .listen),
        (.boundInactive, .boundInactive),
      ] {
        #expect(frame.gauges[name]?.last == UInt32(snapshot.tcp.states[state]), "\(name)")
      }
      for address in snapshot.addresses {
        let record = frame.pools.first { $0.key == address.pool.key }
        #expect(record?.listeningPorts == address.listeningPorts)
      }
      var words: [UInt64] = []
      frame.write(into: &words, capacity: FrameCapacity(wordCount: 1 << 14))
      #expect(try Frame(words.span) == frame)
    }
  }

  @Test func `no pool ever has more ports in use than its bound says`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(20) {
      let table = FakeTable()
      var options = CollectorOptions()
      options.budgetShare = generator.pick([0.000_1, 0.02, 1000])
      var collector = try table.collector(options)
      for tick in 0..<40 as Range<UInt64> {
        step(table, &generator)
        if generator.oneIn(3) { collector.look() }
        if generator.oneIn(6) { collector.lastDump?.cpuNanoseconds = 1 << 50 }
        if generator.oneIn(8) {
          let arrivals = [row(&generator), row(&generator)]
          table.change { $0.arrivals = arrivals }
        }
        step(table, &generator)
        let frame = collector.frame(tick)
        let truth = table.rows
        for pool in frame.pools {
          guard case .connect(let source, let destination, let port, _) = pool.key else { continue }
          let ports = Set(
            truth.filter {
              $0.source == source && $0.destination == destination && $0.destinationPort == port
            }.map(\.sourcePort))
          try #require(
            ports.count <= pool.inUseBound, "tick \(tick), \(pool.key): \(generator.replay)")
          if pool.method == .dump, frame.counters[.dumps] != nil {
            #expect(Int(pool.inUse.last) <= pool.inUseBound)
          }
        }
        let all = Set(truth.map(\.sourcePort)).count
        // Before the first count nothing is known.
        guard frame.gauges[.tcpPortsInUse] != nil else { continue }
        let bound = try #require(frame.gauges[.tcpPortsInUseBound]?.last)
        try #require(all <= bound, "tick \(tick): \(generator.replay)")
      }
    }
  }

  /// Connections come, close, wait and go, with the counters that the kernel would have.
  private func step(_ table: FakeTable, _ generator: inout SeededGenerator) {
    let arrivals = (0..<generator.small(60)).map { _ in
      var row = row(&generator)
      row.state = 1
      return row
    }
    table.connect(arrivals)
    table.change { state in
      for _ in 0..<generator.small(50) where !state.host.tcp.isEmpty {
        let index = generator.small(state.host.tcp.count)
        let isWaiting = state.host.tcp[index].state == 6
        if isWaiting || generator.oneIn(3) {
          state.host.tcp.remove(at: index)
          if isWaiting { state.reading.timeWait? -= 1 } else { state.reading.tcpInUse? -= 1 }
        } else {
          state.host.tcp[index].state = 6
          state.reading.tcpInUse? -= 1
          state.reading.timeWait? += 1
        }
      }
    }
  }
}
