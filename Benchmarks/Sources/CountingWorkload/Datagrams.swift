/// A dump as the kernel would send it: full datagrams of 261 rows of 124 bytes, in random order.
///
///     nlmsghdr 16 · inet_diag_msg 72 · attributes 36 (shutdown 8, class 8, sockopt 8, cgroup 12)
///
/// Outbound IPv4 connections from one source address: nine of ten ESTABLISHED, the rest CLOSE_WAIT and
/// FIN_WAIT2. Every tuple is there once, as in a table; ports are those of the default range.
public struct Datagrams: Sendable {
  /// The datagrams, as arrays of bytes.
  public let all: [[UInt8]]
  /// The rows in them.
  public let rowCount: Int
  /// The distinct (destination, port) pairs in them.
  public let destinationCount: Int

  /// The bytes of a row's message.
  public static let rowByteCount = 124
  /// The rows of a full datagram: 32,364 bytes.
  public static let rowsPerDatagram = 261
  /// The sequence number in each header.
  public static let sequence: UInt32 = 1
  /// The port id in each header.
  public static let portID: UInt32 = 4711
  /// The type of each message: TCPDIAG_GETSOCK.
  public static let messageType: UInt16 = 18

  /// `rowCount` rows, rounded up to full datagrams, evenly over `destinationCount` destinations.
  public init(rowCount: Int, destinationCount: Int) {
    let count = (rowCount + Self.rowsPerDatagram - 1) / Self.rowsPerDatagram
    let rows = count * Self.rowsPerDatagram
    precondition(rows <= destinationCount * 28_232, "more rows than there are tuples")
    var generator = SplitMix(state: 0x0075_6c6c_6167_6521)
    // Row i goes to destination i mod n; the n-th row of a destination has the n-th port of a cycle
    // that begins elsewhere for each, so no tuple repeats.
    let order = (0..<rows).shuffled(using: &generator)
    var all: [[UInt8]] = []
    all.reserveCapacity(count)
    for datagram in 0..<count {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(Self.rowsPerDatagram * Self.rowByteCount)
      for position in 0..<Self.rowsPerDatagram {
        let row = order[datagram * Self.rowsPerDatagram + position]
        let destination = row % destinationCount
        let start = destination &* 7919
        let port = UInt16(32_768 + (row / destinationCount * 5 + start) % 28_232)
        Self.append(destination: UInt32(destination), port: port, cookie: UInt64(row), to: &bytes)
      }
      all.append(bytes)
    }
    self.all = all
    self.rowCount = rows
    self.destinationCount = destinationCount
  }

  private static func append(
    destination: UInt32, port: UInt16, cookie: UInt64, to bytes: inout [UInt8]
  ) {
    func host<Value: FixedWidthInteger>(_ value: Value) {
      for shift in 0..<Value.bitWidth / 8 {
        bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift * 8)))
      }
    }
    func network<Value: FixedWidthInteger>(_ value: Value) { host(value.byteSwapped) }
    func zeros(_ count: Int) { for _ in 0..<count { bytes.append(0) } }
    host(UInt32(rowByteCount))
    host(messageType)
    host(UInt16(2))
    host(sequence)
    host(portID)
    // struct inet_diag_msg.
    let kind = cookie % 20
    bytes.append(2)
    bytes.append(kind == 0 ? 8 : kind == 1 ? 5 : 1)
    host(UInt16(0))
    network(port)
    network(UInt16(443))
    network(0x0a00_0005 as UInt32)
    zeros(12)
    network(0x0a10_0000 &+ destination)
    zeros(12)
    host(UInt32(0))
    host(cookie)
    zeros(12)
    host(UInt32(1000))
    host(UInt32(truncatingIfNeeded: cookie &+ 1))
    // Attributes: INET_DIAG_SHUTDOWN, _CLASS_ID, _SOCKOPT, _CGROUP_ID.
    host(UInt16(5))
    host(UInt16(8))
    zeros(4)
    host(UInt16(8))
    host(UInt16(17))
    zeros(4)
    host(UInt16(6))
    host(UInt16(22))
    zeros(4)
    host(UInt16(12))
    host(UInt16(21))
    host(UInt64(4242))
  }
}

/// SplitMix64: the same shuffle every time.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
