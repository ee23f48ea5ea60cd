import Inet
import SocketDiag

/// Reads choices off the front of a fuzzer's bytes; what is left is the datagram.
struct FuzzInput {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte; 0 at the end, so that every input means something.
  mutating func byte() -> UInt8 {
    guard offset < bytes.count else { return 0 }
    offset += 1
    return bytes[offset - 1]
  }

  private mutating func port() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }

  private mutating func address() -> IPAddress {
    if byte() & 1 == 0 { return IPAddress(ipv4: UInt32(port()) << 16 | UInt32(port())) }
    return IPAddress(high: UInt64(port()) << 48, low: UInt64(port()) << 32 | UInt64(port()))
  }

  /// A filter; `depth` bounds its nesting.
  mutating func filter(depth: Int = 3) -> SocketFilter {
    switch byte() % (depth > 0 ? 9 : 6) {
    case 0: return .all
    case 1: return prefix().map { .source($0) } ?? .all
    case 2: return prefix().map { .destination($0) } ?? .all
    case 3: return range().map { .sourcePort($0) } ?? .all
    case 4: return range().map { .destinationPort($0) } ?? .all
    case 5: return .states(StateSet(rawValue: UInt32(port())))
    case 6: return .not(filter(depth: depth - 1))
    case 7: return .and(filter(depth: depth - 1), filter(depth: depth - 1))
    default: return .or(filter(depth: depth - 1), filter(depth: depth - 1))
    }
  }

  private mutating func prefix() -> AddressPrefix? {
    AddressPrefix(address(), length: Int(byte()))
  }

  private mutating func range() -> PortRange? { PortRange(low: port(), high: port()) }

  /// The bytes that have not been read.
  var rest: [UInt8] { Array(bytes[offset...]) }
}
