import Testing

@testable import HostFacts

/// The kernel's small files of limits, as they are and as they never should be.
@Suite struct HostLimitsTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("940\t0\t2466177\n", 940, 2_466_177), ("940 40 1000", 900, 1000), ("5 9 10", 0, 10),
  ]) func `open files are those allocated and not free`(_ text: String, _ used: Int, _ limit: Int) {
    let use = HostLimits.fileHandles(Self.bytes(text))
    #expect(use?.used == used)
    #expect(use?.limit == limit)
  }

  @Test(arguments: [
    "", "\n", "940", "940 0", "940 0 0", "-1 0 10", "1 -1 10", "1 0 -10", "a b c", "1 0 10 9",
    "99999999999999999999 0 10", "1 0 99999999999999999999", "\u{0}\u{ff}",
  ]) func `other words are no open files`(_ text: String) {
    #expect(HostLimits.fileHandles(Self.bytes(text)) == nil)
  }

  @Test func `TCP's memory needs its counter and three numbers in order`() {
    let memory = TCPMemory(pages: 58, limits: Self.bytes("287901\t383868\t575802\n"))
    #expect(memory?.pages == 58)
    #expect(memory?.pressure == 383_868)
    #expect(memory?.maximum == 575_802)
    #expect(TCPMemory(pages: nil, limits: Self.bytes("1 2 3")) == nil)
    #expect(TCPMemory(pages: -1, limits: Self.bytes("1 2 3")) == nil)
    for text in [
      "", "1 2", "3 2 1", "1 2 3 4", "0 0 0", "-1 2 3", "x 2 3", "1 2 9999999999999999999",
    ] {
      #expect(TCPMemory(pages: 1, limits: Self.bytes(text)) == nil, "\(text)")
    }
  }

  private static let arp = """
    entries  allocs   destroys hash_grows table_fulls
    0000000a 00001704 000016e2 00000002   000000ff
    0000000a 0000151f 0000153f 00000001   00000001

    """

  @Test func `a neighbour table's entries are its own, its counters each processor's`() {
    let table = NeighbourTable(statistics: Self.bytes(Self.arp), maximum: 1024)
    #expect(table?.entries == LimitUse(10, of: 1024))
    #expect(table?.refused == 256)
    #expect(NeighbourTable(statistics: Self.bytes(Self.arp), maximum: nil) == nil)
    #expect(NeighbourTable(statistics: Self.bytes(Self.arp), maximum: 0) == nil)
  }

  @Test(arguments: [
    "", "entries", "entries\n", "other\n1\n", "entries\n-1\n", "entries\nzz\n",
    "entries\nffffffffffffffffff\n", "a entries\n1\n",
  ]) func `other words are no neighbour table`(_ text: String) {
    #expect(NeighbourTable(statistics: Self.bytes(text), maximum: 10) == nil)
  }

  @Test func `a counter that is missing, cut or too large is not made up`() {
    func refused(_ text: String) -> Int? {
      NeighbourTable(statistics: Self.bytes(text), maximum: 10)?.refused
    }
    #expect(refused("entries\n1\n") == nil)
    #expect(refused("entries table_fulls\n1 2\n1\n") == nil)
    #expect(refused("entries table_fulls\n1 -2\n") == nil)
    #expect(refused("entries table_fulls\n1 7fffffffffffffff\n1 7fffffffffffffff\n") == .max)
  }

  @Test func `conntrack is its count, its maximum and what was dropped`() {
    let text = """
      entries  insert insert_failed drop early_drop
      00000000 00000000 00000003 00000010 00000001
      00000000 00000000 00000001 00000001 00000001

      """
    let table = ConntrackTable(count: 31_720, maximum: 262_144, statistics: Self.bytes(text))
    #expect(table?.entries == LimitUse(31_720, of: 262_144))
    #expect(table?.dropped == 17)
    #expect(table?.insertFailed == 4)
    #expect(ConntrackTable(count: nil, maximum: 1, statistics: []) == nil)
    #expect(ConntrackTable(count: 1, maximum: 2, statistics: [])?.dropped == nil)
  }

  @Test func `this kernel's files are understood`() {
    let host = HostLimits.read()
    #expect(host.fileHandles.map { $0.used > 0 && $0.used <= $0.limit } == true)
    let namespace = NamespaceLimits.read()
    #expect(namespace.timeWaitSockets != nil)
    #expect(namespace.connect.synRetries != nil)
    #expect(namespace.connect.unprivilegedPortStart != nil)
  }
}
