/// One netlink message, in place: its header's fields and a view of its payload.
public struct Message: ~Escapable {
  /// nlmsg_type.
  public let type: MessageType
  /// nlmsg_flags.
  public let flags: MessageFlags
  /// nlmsg_seq.
  public let sequence: UInt32
  /// nlmsg_pid: a port id, not a process id.
  public let portID: UInt32
  /// Where the payload starts in the datagram, in bytes.
  public let payloadOffset: Int
  /// The payload without padding.
  public let payload: RawSpan

  @usableFromInline
  @_lifetime(copy payload)
  init(
    type: MessageType, flags: MessageFlags, sequence: UInt32, portID: UInt32,
    payloadOffset: Int, payload: RawSpan
  ) {
    self.type = type
    self.flags = flags
    self.sequence = sequence
    self.portID = portID
    self.payloadOffset = payloadOffset
    self.payload = payload
  }
}

/// Walks the messages of one datagram; checks frames and nothing else.
///
/// A view: it cannot outlive, and forbids refilling, the buffer beneath. About 3 ns a message.
public struct MessageCursor: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  /// A cursor before the first message of `bytes`.
  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next message; nil at the end of the datagram.
  ///
  /// Source: the checks of mnl_nlmsg_ok(), with an error where that one stops in silence.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public mutating func next() throws(FrameError) -> Message? {
    let available = bytes.byteCount - offset
    guard available > 0 else { return nil }
    guard available >= MessageLayout.headerByteCount else {
      throw FrameError(
        .shortHeader, offset: offset, claimed: MessageLayout.headerByteCount, available: available)
    }
    let length = Int(bytes.load(fromByteOffset: offset, as: UInt32.self))
    guard length >= MessageLayout.headerByteCount else {
      throw FrameError(.impossibleLength, offset: offset, claimed: length, available: available)
    }
    guard length <= available else {
      throw FrameError(.pastEnd, offset: offset, claimed: length, available: available)
    }
    let start = offset
    offset = min(start + MessageLayout.aligned(length), bytes.byteCount)
    // A view of the header alone: its extent is known, so one check of bounds serves four loads.
    let header = bytes.extracting(start..<start + MessageLayout.headerByteCount)
    return Message(
      type: MessageType(
        rawValue: header.load(fromByteOffset: MessageLayout.typeOffset, as: UInt16.self)),
      flags: MessageFlags(
        rawValue: header.load(fromByteOffset: MessageLayout.flagsOffset, as: UInt16.self)),
      sequence: header.load(fromByteOffset: MessageLayout.sequenceOffset, as: UInt32.self),
      portID: header.load(fromByteOffset: MessageLayout.portIDOffset, as: UInt32.self),
      payloadOffset: start + MessageLayout.headerByteCount,
      payload: bytes.extracting(start + MessageLayout.headerByteCount..<start + length))
  }
}
