import Inet
import Netlink
import NetlinkTestKit
import PropertyTestKit
import SocketDiag
import Testing

@Suite struct SocketRowTests {
  @Test func `random rows are read as they were built`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<2000 {
      let row = Self.random(&generator)
      let values = try RowValues(row)
      let failures = Self.differences(row, values)
      #expect(failures == [], "\(row) \(generator.replay)")
      if !failures.isEmpty { return }
    }
  }

  @Test func `a mapped row is folded and says so`() throws {
    let row = FakeRow {
      $0.family = 10
      $0.source = IPAddress(ipv4: 0x7f00_0001)
      $0.destination = IPAddress(ipv4: 0x7f00_0002)
    }
    #expect(Array(row.bytes[8..<24]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1])
    let values = try RowValues(row)
    #expect(values.isMapped)
    #expect(values.source == IPAddress(ipv4: 0x7f00_0001))
    #expect(values.destination == IPAddress(ipv4: 0x7f00_0002))
    #expect(try !RowValues(FakeRow()).isMapped)
  }

  static let states: [(UInt8, SocketState?)] = [
    (0, nil), (1, .established), (11, .closing), (13, .boundInactive), (14, nil),
  ]

  @Test(arguments: states)
  func `a state is known or not`(_ number: UInt8, _ state: SocketState?) throws {
    let buffer = ReceiveBuffer(holding: FakeRow { $0.state = number }.bytes)
    let seen = try SocketRow(buffer.bytes(), at: 0).state
    #expect(seen == state)
  }

  @Test func `only timer three is a minisock`() throws {
    let minisocks = try (0...5).map { timer in
      try RowValues(FakeRow { $0.timer = timer }).isMinisock
    }
    #expect(minisocks == [false, false, false, true, false, false])
  }

  @Test func `attributes are found in any order`() throws {
    let row = FakeRow {
      $0.append(FakeAttribute(8, [0]))
      $0.append(.cgroupID(0x1_0000_0002))
      $0.append(.v6Only(true))
    }
    let values = try RowValues(row)
    #expect(values.cgroupID == 0x1_0000_0002)
    #expect(values.isV6Only == true)
    #expect(try RowValues(FakeRow { $0.append(.v6Only(false)) }).isV6Only == false)
  }

  @Test func `attributes that are not there are nil`() throws {
    let values = try RowValues(FakeRow())
    #expect(values.isV6Only == nil)
    #expect(values.cgroupID == nil)
  }

  @Test(arguments: [
    FakeAttribute(21, [1, 2, 3, 4]), FakeAttribute(11, []),
    FakeAttribute(21, [1, 0, 0, 0, 0, 0, 0, 0], claimedLength: 3),
    FakeAttribute(21, [1, 0, 0, 0, 0, 0, 0, 0], claimedLength: 13),
    FakeAttribute(11, [1], claimedLength: .max), FakeAttribute(11, [1], claimedLength: 0),
  ])
  func `damaged attributes are as if not there`(_ attribute: FakeAttribute) throws {
    let values = try RowValues(FakeRow { $0.append(attribute) })
    #expect(values.isV6Only == nil)
    #expect(values.cgroupID == nil)
  }

  @Test func `damage hides what follows and spares what came before`() throws {
    let values = try RowValues(
      FakeRow {
        $0.append(.v6Only(true))
        $0.append(FakeAttribute(8, [], claimedLength: 2))
        $0.append(.cgroupID(7))
      })
    #expect(values.isV6Only == true)
    #expect(values.cgroupID == nil)
  }

  @Test func `a payload of 72 bytes is a row and one of 71 is none`() throws {
    let bytes = FakeRow().bytes
    #expect(bytes.count == 72)
    let short = ReceiveBuffer(holding: Array(bytes.dropLast()))
    var failure: FrameError?
    do throws(FrameError) { _ = try SocketRow(short.bytes(), at: 16) } catch { failure = error }
    #expect(failure == .shortPayload(offset: 16, needed: 72, available: 71))
  }

  private static func random(_ generator: inout SeededGenerator) -> FakeRow {
    FakeRow { row in
      let isIPv4 = generator.oneIn(2)
      row.family = isIPv4 && generator.oneIn(2) ? 2 : 10
      row.source = isIPv4 ? generator.ipv4Address() : generator.address()
      row.destination = isIPv4 ? generator.ipv4Address() : generator.address()
      row.state = UInt8.random(in: .min ... .max, using: &generator)
      row.timer = UInt8.random(in: 0...4, using: &generator)
      row.sourcePort = generator.port()
      row.destinationPort = generator.port()
      row.cookie = generator.next()
      let numbers = (0..<6).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
      (row.interface, row.expires, row.receiveQueue) = (numbers[0], numbers[1], numbers[2])
      (row.sendQueue, row.uid, row.inode) = (numbers[3], numbers[4], numbers[5])
    }
  }

  private static func differences(_ row: FakeRow, _ values: RowValues) -> [String] {
    let pairs: [(String, Bool)] = [
      ("family", values.rawFamily == row.family), ("state", values.rawState == row.state),
      ("timer", values.isMinisock == (row.timer == 3)), ("source", values.source == row.source),
      ("destination", values.destination == row.destination),
      ("source port", values.sourcePort == row.sourcePort),
      ("destination port", values.destinationPort == row.destinationPort),
      ("interface", values.interface == row.interface), ("cookie", values.cookie == row.cookie),
      ("expires", values.expiresMilliseconds == row.expires),
      ("receive queue", values.receiveQueue == row.receiveQueue),
      ("send queue", values.sendQueue == row.sendQueue), ("uid", values.uid == row.uid),
      ("inode", values.inode == row.inode),
      ("mapped", values.isMapped == (row.family == 10 && row.source.isIPv4)),
    ]
    return pairs.filter { !$0.1 }.map(\.0)
  }
}
