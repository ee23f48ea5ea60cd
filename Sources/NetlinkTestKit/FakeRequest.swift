public import Kernel
internal import Netlink

/// A request as the fake kernel sees it, and the replies that belong to it.
public struct FakeRequest: Hashable, Sendable {
  /// The bytes as they were sent.
  public let bytes: [UInt8]
  /// The port id of the sender.
  public let portID: UInt32

  /// A request of a socket with this port id; it must hold at least a header.
  public init(bytes: [UInt8], portID: UInt32 = FakeKernel.usualPortID) {
    precondition(bytes.count >= 16, "a request has a header")
    self.bytes = bytes
    self.portID = portID
  }

  /// nlmsg_len.
  public var length: UInt32 { number(at: 0) }
  /// nlmsg_type.
  public var type: UInt16 { UInt16(truncatingIfNeeded: number(at: 4)) }
  /// nlmsg_flags.
  public var flags: UInt16 { UInt16(truncatingIfNeeded: number(at: 4) >> 16) }
  /// nlmsg_seq.
  public var sequence: UInt32 { number(at: 8) }
  /// The first byte of the payload: of both inet_diag requests, the family.
  public var family: UInt8 { bytes[16] }

  /// The bytes after a payload of `byteCount` bytes: the attributes.
  public func attributeBytes(after byteCount: Int) -> [UInt8] {
    Array(bytes.dropFirst(16 + byteCount))
  }

  /// The number in host byte order at `offset`.
  public func number(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
  }
}

extension FakeRequest {
  /// A message of `type` that answers this request.
  public func message(
    _ type: UInt16, flags: UInt16 = FakeMessage.multi, payload: [UInt8] = []
  ) -> FakeMessage {
    FakeMessage(type: type, flags: flags, sequence: sequence, portID: portID, payload: payload)
  }

  /// A data message that holds a row; it carries the type of the request, as the kernel's do.
  public func row(_ row: FakeRow = FakeRow()) -> FakeMessage {
    message(type, payload: row.bytes)
  }

  /// NLMSG_DONE, with an errno for a dump that failed on the way and the kernel's words about it.
  public func done(_ errno: Errno? = nil, words: String? = nil) -> FakeMessage {
    var payload: [UInt8] = []
    payload.appendHostOrder(-(errno?.rawValue ?? 0))
    if let words { payload += FakeAttribute.words(words).bytes }
    let flags = FakeMessage.multi | (words == nil ? 0 : FakeMessage.acknowledgementAttributes)
    return message(3, flags: flags, payload: payload)
  }

  /// NLMSG_ERROR: the errno, the echo of this request (its header alone when `capped`), the words.
  public func error(_ errno: Errno, words: String? = nil, capped: Bool = true) -> FakeMessage {
    error(code: -errno.rawValue, attributes: words.map { [.words($0)] } ?? [], capped: capped)
  }

  /// NLMSG_ERROR with any code and attributes.
  public func error(
    code: Int32, attributes: [FakeAttribute] = [], capped: Bool = true
  ) -> FakeMessage {
    var payload: [UInt8] = []
    payload.appendHostOrder(code)
    payload += capped ? Array(bytes.prefix(16)) : bytes
    var flags: UInt16 = capped ? FakeMessage.capped : 0
    if !attributes.isEmpty {
      flags |= FakeMessage.acknowledgementAttributes
      payload += attributes.flatMap(\.bytes)
    }
    return message(2, flags: flags, payload: payload)
  }

  /// NLMSG_NOOP.
  public func noop() -> FakeMessage { message(1) }

  /// NLMSG_OVERRUN.
  public func overrun() -> FakeMessage { message(4) }
}
