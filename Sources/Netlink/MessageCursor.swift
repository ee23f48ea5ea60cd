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
  /// Where the last message begins.
  @usableFromInline var lastOffset = 0

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
    let start = offset
    let available = bytes.byteCount &- start
    guard available >= MessageLayout.headerByteCount else {
      guard available > 0 else { return nil }
      throw FrameError(
        .shortHeader, offset: start, claimed: MessageLayout.headerByteCount, available: available)
    }
    // SAFETY: here and below: `start` is never negative, and a header's bytes are there from it on.
    let length = Int(
      unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self))
    guard length >= MessageLayout.headerByteCount else {
      throw FrameError(.impossibleLength, offset: start, claimed: length, available: available)
    }
    guard length <= available else {
      throw FrameError(.pastEnd, offset: start, claimed: length, available: available)
    }
    lastOffset = start
    // Past the end when the padding of the last message is not there: then nothing is available.
    offset = start &+ MessageLayout.aligned(length)
    // SAFETY: the two guards above: the payload begins behind a whole header and ends in `bytes`.
    let payload = unsafe bytes.extracting(
      unchecked: Range(
        uncheckedBounds: (start &+ MessageLayout.headerByteCount, start &+ length)))
    let type = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start &+ MessageLayout.typeOffset, as: UInt16.self)
    let flags = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start &+ MessageLayout.flagsOffset, as: UInt16.self)
    let sequence = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start &+ MessageLayout.sequenceOffset, as: UInt32.self)
    let portID = unsafe bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start &+ MessageLayout.portIDOffset, as: UInt32.self)
    return Message(
      type: MessageType(rawValue: type), flags: MessageFlags(rawValue: flags), sequence: sequence,
      portID: portID, payloadOffset: start &+ MessageLayout.headerByteCount, payload: payload)
  }

  /// Goes back to before the last message, so that it comes again. To be called once after `next`.
  @inlinable
  public mutating func stepBack() { offset = lastOffset }
}
