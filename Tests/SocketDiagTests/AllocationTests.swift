import CAllocationCounter
import Inet
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// A warm dump asks malloc for nothing per row or datagram.
///
/// Calls are counted on this thread alone, and those whose memory was freed again too. It holds in a
/// debug build as well; scripts/test runs this suite a second time in the release build, which counts.
@Suite struct AllocationTests {
  @Test func `the counter counts what came and went`() {
    guard CAllocationCounter_isCounting() != 0 else { return }
    let before = CAllocationCounter_calls()
    var numbers = Array(repeating: 1, count: 1000)
    numbers.append(2)
    #expect(numbers.count == 1001)
    #expect(CAllocationCounter_calls() - before >= 2)
  }

  @Test func `reading rows allocates nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    var dump = SocketDump(Self.kernel(datagrams: 20))
    var warm = try Self.read(&dump)
    #expect(warm.rows == 6000)
    warm = try Self.read(&dump)
    #expect(warm.rows == 6000)
    #expect(warm.calls == 0)
  }

  @Test func `a dump allocates as often for many datagrams as for one`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    let counts = try [1, 20].map { datagrams in
      var dump = SocketDump(Self.kernel(datagrams: datagrams))
      _ = try Self.read(&dump)
      let before = CAllocationCounter_calls()
      _ = try Self.read(&dump)
      return CAllocationCounter_calls() - before
    }
    #expect(counts[0] == counts[1])
    // The request as it grows, and the fake's copy of it: 16 in a debug build.
    #expect(counts[1] <= 16)
  }

  /// Rows read, and the calls of malloc between the first row and the last.
  private static func read(
    _ dump: inout SocketDump<FakeKernel>
  ) throws -> (rows: Int, calls: UInt64) {
    var rows = 0
    var digest: UInt64 = 0
    var first: UInt64?
    var last: UInt64 = 0
    _ = try dump.run(SocketQuery(.tcp, states: .table)) { (replies) throws(NetlinkError) in
      if first == nil { first = CAllocationCounter_calls() }
      while let row = try replies.nextRow() {
        rows += 1
        digest &+= row.cookie &+ row.source.low &+ row.destination.high &+ UInt64(row.sourcePort)
        digest &+= UInt64(row.rawState) &+ (row.cgroupID ?? 0) &+ (row.isV6Only == nil ? 0 : 1)
        if SocketFields(row).destinationPort == 443 { digest &+= 1 }
      }
      last = CAllocationCounter_calls()
    }
    #expect(digest != 0)
    return (rows, last - (first ?? last))
  }

  /// A kernel with 300 rows in each datagram; what it says to the first two requests is made before.
  private static func kernel(datagrams count: Int) -> FakeKernel {
    let answers = (0...2).map { sequence in
      let rows = (0..<300).map { index in
        let row = FakeRow {
          $0.family = index % 3 == 0 ? 10 : 2
          $0.sourcePort = UInt16(32_768 + index)
          $0.cookie = UInt64(index)
          $0.append(.cgroupID(7))
        }
        return FakeMessage(type: 18, sequence: UInt32(sequence), payload: row.bytes)
      }
      let end = FakeMessage(type: 3, sequence: UInt32(sequence), payload: [0, 0, 0, 0])
      return Array(repeating: Delivery.datagram(rows), count: count) + [.datagram([end])]
    }
    return FakeKernel { answers[Int($0.sequence)] }
  }
}
