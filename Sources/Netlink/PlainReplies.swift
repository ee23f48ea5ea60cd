/// Walks those replies that nearly all of a dump consists of: data messages of a size at least, with
/// nothing in their headers to be dealt with. Stands still before any other: that is for the cursor.
///
/// One look at a message in place of a cursor's many, and nothing that has to lie in memory.
@safe
public struct PlainReplies: ~Escapable {
  @usableFromInline let base: UnsafeRawPointer?
  @usableFromInline let byteCount: Int
  /// nlmsg_type of a data message.
  @usableFromInline let type: UInt16
  /// nlmsg_seq and nlmsg_pid, one after the other, as they lie in memory.
  @usableFromInline let origin: UInt64
  /// Where the message begins that is looked at.
  @usableFromInline var offset: Int
  /// Its length, after `peek`.
  @usableFromInline var length = 0

  @usableFromInline
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, at offset: Int, _ expectation: borrowing ReplyExpectation) {
    // SAFETY: the pointer lives as long as what `bytes` depends on, and so does self.
    unsafe base = bytes.withUnsafeBytes { $0.baseAddress }
    byteCount = bytes.byteCount
    self.offset = offset
    type = expectation.type.rawValue
    #if _endian(little)
      origin = UInt64(expectation.portID) << 32 | UInt64(expectation.sequence)
    #else
      origin = UInt64(expectation.sequence) << 32 | UInt64(expectation.portID)
    #endif
  }

  /// The first `payloadByteCount` bytes of the next message's payload, without going on to the message
  /// behind; nil when it is shorter, or not plain, or not there.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public mutating func peek(_ payloadByteCount: Int) -> RawSpan? {
    let least = MessageLayout.headerByteCount &+ payloadByteCount
    let available = byteCount &- offset
    guard available >= least else { return nil }
    // SAFETY: here and below: `offset` is never negative, and `least` bytes are there from it on,
    // so that there is an address too.
    let start = unsafe base.unsafelyUnwrapped + offset
    let length = Int(unsafe start.loadUnaligned(as: UInt32.self))
    let type = unsafe start.loadUnaligned(
      fromByteOffset: MessageLayout.typeOffset, as: UInt16.self)
    let flags = unsafe start.loadUnaligned(
      fromByteOffset: MessageLayout.flagsOffset, as: UInt16.self)
    let origin = unsafe start.loadUnaligned(
      fromByteOffset: MessageLayout.sequenceOffset, as: UInt64.self)
    guard length >= least, length <= available, type == self.type, origin == self.origin,
      flags & MessageFlags.dumpInterrupted.rawValue == 0
    else { return nil }
    self.length = length
    let payload = unsafe RawSpan(
      _unsafeStart: start + MessageLayout.headerByteCount, byteCount: payloadByteCount)
    return unsafe _overrideLifetime(payload, copying: self)
  }

  /// Goes on to behind the message that `peek` just gave the payload of.
  @inlinable
  @inline(__always)
  public mutating func skip() { offset = offset &+ MessageLayout.aligned(length) }
}

extension ReplyCursor {
  /// The plain replies from where self stands. Goes on behind them with `resume`.
  public var plain: PlainReplies {
    @_lifetime(copy self)
    get {
      PlainReplies(
        messages.bytes, at: isDone ? messages.bytes.byteCount : messages.offset, expectation)
    }
  }

  /// Takes over from `plain`, which came from self, where that stands.
  public mutating func resume(_ plain: borrowing PlainReplies) {
    guard !isDone, plain.offset != messages.offset else { return }
    messages.offset = plain.offset
    yielded = true
  }
}
