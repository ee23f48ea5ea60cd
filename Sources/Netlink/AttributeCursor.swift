/// One attribute, in place.
public struct Attribute: ~Escapable {
  /// nla_type without the nested and byte-order flags.
  public let type: UInt16
  /// The value without padding.
  public let value: RawSpan

  @usableFromInline
  @_lifetime(copy value)
  init(type: UInt16, value: RawSpan) {
    self.type = type
    self.value = value
  }
}

/// Walks the attributes behind a fixed struct.
public struct AttributeCursor: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  /// A cursor before the first attribute of `bytes`.
  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next attribute; nil at the end. Fewer than four bytes left are padding.
  @inlinable
  @_lifetime(copy self)
  public mutating func next() throws(FrameError) -> Attribute? {
    let available = bytes.byteCount - offset
    guard available >= MessageLayout.attributeHeaderByteCount else { return nil }
    let length = Int(bytes.load(fromByteOffset: offset, as: UInt16.self))
    guard length >= MessageLayout.attributeHeaderByteCount else {
      throw FrameError(.impossibleLength, offset: offset, claimed: length, available: available)
    }
    guard length <= available else {
      throw FrameError(.pastEnd, offset: offset, claimed: length, available: available)
    }
    let start = offset
    offset = min(start + MessageLayout.aligned(length), bytes.byteCount)
    let type = bytes.load(fromByteOffset: start + 2, as: UInt16.self)
    return Attribute(
      // NLA_F_NESTED and NLA_F_NET_BYTEORDER are the two top bits.
      type: type & 0x3fff,
      value: bytes.extracting(start + MessageLayout.attributeHeaderByteCount..<start + length))
  }
}
