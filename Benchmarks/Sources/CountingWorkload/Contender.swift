internal import Census
internal import Inet
internal import Netlink
internal import SocketDiag

/// The ways to walk the datagrams.
public enum Contender: String, CaseIterable, Sendable {
  /// ReplyCursor and SocketRow: every row checked and its fields read, nothing counted.
  case parse
  /// Raw pointers and the simplest hash table.
  case raw
  /// ReplyCursor into a TCPCensus that has counted before: what a sample after the first costs.
  case census
  /// ReplyCursor into a new TCPCensus, whose tables have to grow: what one snapshot costs.
  case cold
}

/// Walks a dump again and again with tables that stay warm, and says how long the walking took.
///
/// Each datagram is copied into one receive buffer first, as the kernel would, outside the time taken:
/// what is measured is user space between two receives.
public struct Walk: ~Copyable {
  private let datagrams: Datagrams
  private let expectation: ReplyExpectation
  private var buffer = ReceiveBuffer()
  private var census: TCPCensus
  private let raw = RawTable(capacity: 262_144)
  private var checksum: UInt64 = 0

  /// A walk over `datagrams`.
  public init(_ datagrams: Datagrams) {
    self.datagrams = datagrams
    expectation = ReplyExpectation(
      operation: "bench", portID: Datagrams.portID, sequence: Datagrams.sequence,
      type: MessageType(rawValue: Datagrams.messageType))
    census = Self.newCensus()
  }

  private static func newCensus() -> TCPCensus {
    TCPCensus(
      CensusSpace(range: .kernelDefault, reserved: PortSet(), reuse: TimeWaitReuse(.loopback)))
  }

  /// One pass by `contender`; the nanoseconds it took.
  public mutating func run(_ contender: Contender) -> UInt64 {
    let clock = ContinuousClock()
    var rows = 0
    var time = Duration.zero
    switch contender {
    case .parse: break
    case .raw: raw.removeAll()
    case .census, .cold:
      if contender == .cold { census = Self.newCensus() }
      census.begin()
      census.sealListeners()
    }
    for datagram in datagrams.all {
      precondition(buffer.fill(with: datagram), "a datagram fits")
      let start = clock.now
      switch contender {
      case .parse: rows += parse()
      case .raw: rows += raw.count(buffer.bytes())
      case .census, .cold: Self.count(&census, buffer, expectation)
      }
      time += clock.now - start
    }
    if contender == .census || contender == .cold {
      rows = census.rowCount
      precondition(census.poolCount == datagrams.destinationCount, "pools were lost")
      precondition(census.isExact)
    }
    precondition(rows == datagrams.rowCount, "rows were lost")
    let (seconds, attoseconds) = time.components
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }

  private mutating func parse() -> Int {
    var rows = 0
    var sum: UInt64 = 0
    var replies = ReplyCursor(buffer.bytes(), expectation)
    do throws(NetlinkError) {
      while let row = try replies.nextRow() {
        rows += 1
        sum &+= row.source.low ^ row.destination.low
        sum &+= UInt64(row.sourcePort) ^ UInt64(row.destinationPort) ^ UInt64(row.rawState)
      }
    } catch {
      preconditionFailure("\(error)")
    }
    checksum ^= sum
    return rows
  }

  private static func count(
    _ census: inout TCPCensus, _ buffer: borrowing ReceiveBuffer, _ expectation: ReplyExpectation
  ) {
    // The slow walk that tells idle binds comes in somewhere on the way, as in a sample.
    if census.needsIdleBinds { census.blockIdleBinds(PortSet()) }
    var replies = ReplyCursor(buffer.bytes(), expectation)
    do throws(NetlinkError) {
      try census.countConnections(&replies)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
