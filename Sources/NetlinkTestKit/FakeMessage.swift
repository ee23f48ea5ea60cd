internal import Netlink

/// One netlink message before it is bytes; every field can be made wrong.
public struct FakeMessage: Hashable, Sendable {
  /// nlmsg_type.
  public var type: UInt16
  /// nlmsg_flags.
  public var flags: UInt16
  /// nlmsg_seq.
  public var sequence: UInt32
  /// nlmsg_pid.
  public var portID: UInt32
  /// What follows the header.
  public var payload: [UInt8]
  /// nlmsg_len where it shall be a lie; nil for the truth.
  public var claimedLength: UInt32?

  /// A message with these fields.
  public init(
    type: UInt16, flags: UInt16 = FakeMessage.multi, sequence: UInt32 = 1,
    portID: UInt32 = FakeKernel.usualPortID, payload: [UInt8] = []
  ) {
    self.type = type
    self.flags = flags
    self.sequence = sequence
    self.portID = portID
    self.payload = payload
  }

  /// NLM_F_MULTI.
  public static let multi: UInt16 = 0x2
  /// NLM_F_DUMP_INTR.
  public static let dumpInterrupted: UInt16 = 0x10
  /// NLM_F_CAPPED.
  public static let capped: UInt16 = 0x100
  /// NLM_F_ACK_TLVS.
  public static let acknowledgementAttributes: UInt16 = 0x200

  /// This message with one thing changed.
  public func with(_ change: (inout FakeMessage) -> Void) -> FakeMessage {
    var copy = self
    change(&copy)
    return copy
  }

  /// The message as bytes, padded to four.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendHostOrder(claimedLength ?? UInt32(16 + payload.count))
    bytes.appendHostOrder(type)
    bytes.appendHostOrder(flags)
    bytes.appendHostOrder(sequence)
    bytes.appendHostOrder(portID)
    bytes += payload
    while bytes.count % 4 != 0 { bytes.append(0) }
    return bytes
  }
}

/// One attribute before it is bytes.
public struct FakeAttribute: Hashable, Sendable {
  /// nla_type.
  public var type: UInt16
  /// The value without padding.
  public var value: [UInt8]
  /// nla_len where it shall be a lie; nil for the truth.
  public var claimedLength: UInt16?

  /// An attribute with these fields.
  public init(_ type: UInt16, _ value: [UInt8], claimedLength: UInt16? = nil) {
    self.type = type
    self.value = value
    self.claimedLength = claimedLength
  }

  /// NLMSGERR_ATTR_MSG: what the kernel says about an error, terminated.
  public static func words(_ text: String) -> FakeAttribute {
    FakeAttribute(1, Array(text.utf8) + [0])
  }

  /// INET_DIAG_SKV6ONLY.
  public static func v6Only(_ value: Bool) -> FakeAttribute { FakeAttribute(11, [value ? 1 : 0]) }

  /// INET_DIAG_CGROUP_ID.
  public static func cgroupID(_ value: UInt64) -> FakeAttribute {
    var bytes: [UInt8] = []
    bytes.appendHostOrder(value)
    return FakeAttribute(21, bytes)
  }

  /// The attribute as bytes, padded to four.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendHostOrder(claimedLength ?? UInt16(4 + value.count))
    bytes.appendHostOrder(type)
    bytes += value
    while bytes.count % 4 != 0 { bytes.append(0) }
    return bytes
  }
}
