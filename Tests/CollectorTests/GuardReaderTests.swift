import Inet
import Kernel
import PropertyTestKit
import Testing

@testable import HostFacts

/// The guard's parser in place against the plain one, on the same text.
@Suite struct GuardReaderTests {
  private func guardReading(_ sockstat: String, _ sockstat6: String, _ snmp: String) -> GuardReading
  {
    var reading = GuardReading()
    let (bytes, bytes6, counters) = (Array(sockstat.utf8), Array(sockstat6.utf8), Array(snmp.utf8))
    GuardReader.parse(sockstat: bytes.span, &reading)
    GuardReader.parse(sockstat6: bytes6.span, &reading)
    GuardReader.parse(snmp: counters.span, &reading)
    return reading
  }

  private func plainReading(_ sockstat: String, _ sockstat6: String, _ snmp: String) -> GuardReading
  {
    let statistics = SocketStatistics(
      sockstat: Array(sockstat.utf8), sockstat6: Array(sockstat6.utf8))
    var reading = GuardReading()
    reading.activeOpens = ProtocolCounters(snmp: Array(snmp.utf8), netstat: []).activeOpens
    reading.tcpInUse = statistics.tcpInUse
    reading.timeWait = statistics.timeWait
    reading.orphans = statistics.orphans
    reading.tcpAllocated = statistics.tcpAllocated
    reading.udpInUse = statistics.udpInUse
    return reading
  }

  private func texts(_ generator: inout SeededGenerator) -> (String, String, String) {
    func number() -> Int {
      generator.pick([0, 7, 28_232, 1 << 31, 1 << 40, generator.small(1 << 62)])
    }
    let sockstat = """
      sockets: used \(number())
      TCP: inuse \(number()) orphan \(number()) tw \(number()) alloc \(number()) mem \(number())
      UDP: inuse \(number()) mem \(number())
      UDPLITE: inuse \(number())
      RAW: inuse \(number())
      FRAG: inuse \(number()) memory \(number())

      """
    let sockstat6 = """
      TCP6: inuse \(number())
      UDP6: inuse \(number())
      UDPLITE6: inuse \(number())

      """
    let names = ["RtoAlgorithm", "RtoMin", "MaxConn", "ActiveOpens", "PassiveOpens"].filter { _ in
      !generator.oneIn(8)
    }
    let values = names.map { $0 == "MaxConn" ? "-1" : "\(number())" }
    let snmp = """
      Ip: Forwarding DefaultTTL
      Ip: 1 64
      Tcp: \(names.joined(separator: " "))
      Tcp: \(values.joined(separator: " "))
      Udp: InDatagrams
      Udp: 5

      """
    return (sockstat, sockstat6, snmp)
  }

  @Test func `both parsers read the same out of the kernel's text`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(1000) {
      let (sockstat, sockstat6, snmp) = texts(&generator)
      let fast = guardReading(sockstat, sockstat6, snmp)
      try #require(fast == plainReading(sockstat, sockstat6, snmp), "\(generator.replay)")
    }
  }

  @Test func `text that is cut or garbled trips nobody`() {
    var generator = SeededGenerator.fresh()
    func garbled(_ text: String) -> String {
      var bytes = Array(text.utf8)
      for _ in 0..<generator.small(4) where !bytes.isEmpty {
        switch generator.small(3) {
        case 0: bytes.removeLast(generator.small(bytes.count))
        case 1: bytes[generator.small(bytes.count)] = UInt8(generator.small(256))
        default: bytes.insert(contentsOf: Array("9 \n-".utf8), at: generator.small(bytes.count))
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    for _ in 0..<rounds(2000) {
      let (sockstat, sockstat6, snmp) = texts(&generator)
      _ = guardReading(garbled(sockstat), garbled(sockstat6), garbled(snmp))
    }
    #expect(guardReading("", "", "") == GuardReading())
    #expect(guardReading("TCP:", "TCP6: inuse 5", "Tcp: ActiveOpens") == GuardReading())
  }

  @Test func `both parsers read the same rare counters`() throws {
    var generator = SeededGenerator.fresh()
    let all = ["SyncookiesSent", "TWRecycled", "TCPTimeWaitOverflow", "TWKilled", "OfoPruned"]
    for _ in 0..<rounds(500) {
      let names = all.shuffled(using: &generator).filter { _ in !generator.oneIn(8) }
      let values = names.map { _ in "\(generator.next() >> UInt64(generator.small(64)))" }
      let text = """
        TcpExt: \(names.joined(separator: " "))
        TcpExt: \(values.dropLast(generator.oneIn(5) ? 1 : 0).joined(separator: " "))
        IpExt: InNoRoutes
        IpExt: 5

        """
      let bytes = Array(text.utf8)
      var counters = ProtocolCounters()
      ProtocolCounterReader.parse(netstat: bytes.span, &counters)
      try #require(
        counters == ProtocolCounters(snmp: [], netstat: bytes), "\(text)\(generator.replay)")
    }
    var reader = try ProtocolCounterReader()
    #expect(reader.read().timeWaitOverflows != nil)
  }

  @Test func `numbers end where 64 bits do`() {
    func number(_ text: String) -> UInt64? {
      let bytes = Array(text.utf8)
      var words = KernelWords(bytes.span)
      guard words.nextLine() else { return nil }
      return words.nextNumber()
    }
    #expect(number("18446744073709551615") == .max)
    for wrong in ["18446744073709551616", "99999999999999999999", "-1", "", " ", "1x", "x1", "+1"] {
      #expect(number(wrong) == nil, "\(wrong)")
    }
    #expect(number("  42 7") == 42)
  }

  @Test func `on this host both say the same`() throws {
    var reader = try GuardReader()
    // Sockets come and go between the two: one equal pair of some will do.
    let isEqual = (0..<50).contains { _ in
      let before = SocketStatistics.read(), reading = reader.read(), after = SocketStatistics.read()
      let opens = ProtocolCounters.read().activeOpens
      return before == after && reading.tcpInUse == before.tcpInUse
        && reading.timeWait == before.timeWait && reading.orphans == before.orphans
        && reading.tcpAllocated == before.tcpAllocated && reading.udpInUse == before.udpInUse
        && reading.activeOpens == opens && opens != nil
    }
    #expect(isEqual)
  }
}
