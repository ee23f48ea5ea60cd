internal import CKernel

/// Builds one request: a header, a fixed struct, attributes, each padded to four bytes.
public struct Request: Sendable {
  /// The bytes so far; the header's length is right at all times.
  public private(set) var bytes: [UInt8]
  /// The request's type.
  public let type: MessageType
  /// The sequence number that the replies will carry.
  public let sequence: UInt32

  /// A request of `type` whose payload starts with the bytes of `payload`.
  public init(type: MessageType, flags: MessageFlags, sequence: UInt32, payload: [UInt8]) {
    self.type = type
    self.sequence = sequence
    bytes = []
    bytes.reserveCapacity(256)
    append(UInt32(0))
    append(type.rawValue)
    append(flags.rawValue)
    append(sequence)
    append(UInt32(0))
    bytes += payload
    seal()
  }

  /// Adds an attribute.
  public mutating func appendAttribute(_ type: UInt16, _ value: [UInt8]) {
    append(UInt16(value.count + MessageLayout.attributeHeaderByteCount))
    append(type)
    bytes += value
    seal()
  }

  private mutating func append(_ value: some FixedWidthInteger) { bytes.appendHostOrder(value) }

  /// Pads to four bytes and writes the length into the header.
  private mutating func seal() {
    while bytes.count % 4 != 0 { bytes.append(0) }
    let length = UInt32(bytes.count)
    for index in 0..<4 {
      bytes[index] = UInt8(truncatingIfNeeded: length.littleEndian >> (8 * UInt32(index)))
    }
  }
}

extension [UInt8] {
  /// Appends an integer's bytes in host byte order (little-endian on every machine we run on).
  public mutating func appendHostOrder(_ value: some FixedWidthInteger) {
    var rest = value
    for _ in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Appends an integer's bytes in network byte order.
  public mutating func appendNetworkOrder(_ value: some FixedWidthInteger) {
    appendHostOrder(value.byteSwapped)
  }
}
