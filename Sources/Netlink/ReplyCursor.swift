internal import Kernel

/// Walks the replies to one dump request inside one datagram, checking each message in libmnl's
/// order: frame, port id, sequence, dump-interrupted flag, type.
///
/// Yields data messages; the end of the dump, errors (also those inside NLMSG_DONE) and noise are
/// dealt with here, so that no caller can forget them.
public struct ReplyCursor: ~Escapable {
  @usableFromInline var messages: MessageCursor
  /// What the replies must carry.
  public let expectation: ReplyExpectation

  /// Whether NLMSG_DONE came: there is nothing more to receive.
  public internal(set) var isDone = false
  /// Whether the kernel flagged the dump as possibly inconsistent (NLM_F_DUMP_INTR).
  public internal(set) var wasInterrupted = false
  @usableFromInline var yielded = false

  /// A cursor over `bytes` that accepts only replies to `expectation`.
  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, _ expectation: ReplyExpectation) {
    messages = MessageCursor(bytes)
    self.expectation = expectation
  }

  /// Whether a data message has come: the kernel has begun to answer.
  @inlinable public var hasYielded: Bool { yielded }

  /// The next data message; nil at the end of the datagram or of the dump.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public mutating func next() throws(NetlinkError) -> Message? {
    while !isDone {
      let message: Message
      do throws(FrameError) {
        guard let next = try messages.next() else { return nil }
        message = next
      } catch {
        throw NetlinkError(expectation.operation, .frame(error))
      }
      guard message.portID == expectation.portID else {
        throw NetlinkError(
          expectation.operation,
          .foreignPort(expected: expectation.portID, got: message.portID))
      }
      guard message.sequence == expectation.sequence else {
        throw NetlinkError(
          expectation.operation,
          .foreignSequence(expected: expectation.sequence, got: message.sequence))
      }
      if message.flags.contains(.dumpInterrupted) { noteInterruption() }
      if message.type == expectation.type {
        yielded = true
        return message
      }
      try handleControl(
        message.type, message.flags, message.payload, at: message.payloadOffset)
    }
    return nil
  }

  /// Goes back to before the last data message, so that it comes again. To be called once after `next`.
  @inlinable
  public mutating func stepBack() { messages.stepBack() }

  @usableFromInline
  mutating func noteInterruption() { wasInterrupted = true }

  /// Field by field, so that a message can stay in registers.
  @usableFromInline
  @inline(never)
  mutating func handleControl(
    _ type: MessageType, _ flags: MessageFlags, _ payload: RawSpan, at offset: Int
  ) throws(NetlinkError) {
    switch type {
    case .noop:
      return
    case .done:
      // A dump that fails after its start puts the errno here; libmnl's own callback ignores it.
      if payload.byteCount >= MessageLayout.errorByteCount {
        try check(payload, flags, attributesAt: MessageLayout.errorByteCount)
      }
      isDone = true
    case .error:
      guard payload.byteCount >= MessageLayout.errorByteCount else {
        throw NetlinkError(
          expectation.operation,
          .frame(
            .shortPayload(
              offset: offset, needed: MessageLayout.errorByteCount,
              available: payload.byteCount)))
      }
      try check(payload, flags, attributesAt: attributesOffset(ofError: payload, flags))
      // Errno 0 acknowledges a request that was no dump.
      isDone = true
    case .overrun:
      throw NetlinkError(expectation.operation, .kernel(.noBufferSpace, words: nil))
    default:
      throw NetlinkError(expectation.operation, .unexpectedType(type.rawValue))
    }
  }

  /// Behind the echo of our request: its header alone (NLM_F_CAPPED), or all of it.
  private func attributesOffset(ofError payload: RawSpan, _ flags: MessageFlags) -> Int {
    let header = MessageLayout.errorByteCount
    guard !flags.contains(.capped), payload.byteCount >= header + 4 else {
      return MessageLayout.errorAttributesOffset
    }
    let echoed = payload.load(fromByteOffset: header, as: UInt32.self)
    return header + MessageLayout.aligned(Int(echoed))
  }

  /// Throws when the word at the start of the payload is an errno, with the kernel's words.
  ///
  /// The kernel negates it; a positive one is no success either (mnl_cb_error() takes both signs).
  private func check(
    _ payload: RawSpan, _ flags: MessageFlags, attributesAt offset: Int
  ) throws(NetlinkError) {
    let code = payload.load(fromByteOffset: 0, as: Int32.self)
    guard code != 0 else { return }
    let errno = Errno(rawValue: code == .min ? .max : abs(code))
    var words: String?
    if flags.contains(.acknowledgementAttributes), payload.byteCount > offset {
      words = extendedAcknowledgement(payload.extracting(offset...))
    }
    throw NetlinkError(expectation.operation, .kernel(errno, words: words))
  }

  /// NLMSGERR_ATTR_MSG of an extended acknowledgement; damaged attributes lose only the words.
  private func extendedAcknowledgement(_ bytes: RawSpan) -> String? {
    var attributes = AttributeCursor(bytes)
    do throws(FrameError) {
      while let attribute = try attributes.next() {
        guard attribute.type == 1 else { continue }
        var text: [UInt8] = []
        for index in 0..<attribute.value.byteCount {
          let byte = attribute.value.load(fromByteOffset: index, as: UInt8.self)
          if byte == 0 { break }
          text.append(byte)
        }
        return String(decoding: text, as: UTF8.self)
      }
    } catch {}
    return nil
  }
}

/// What the replies to one request must carry.
public struct ReplyExpectation: Sendable {
  /// What is being tried, for errors.
  public let operation: String
  /// Our port id, to which the kernel addresses its replies.
  public let portID: UInt32
  /// The sequence number of the request.
  public let sequence: UInt32
  /// The type of a data message.
  public let type: MessageType

  /// The expectation for one request.
  public init(operation: String, portID: UInt32, sequence: UInt32, type: MessageType) {
    self.operation = operation
    self.portID = portID
    self.sequence = sequence
    self.type = type
  }
}
