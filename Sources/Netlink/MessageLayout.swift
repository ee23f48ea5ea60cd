internal import CKernel

/// Where the fields of a netlink message stand. CKernel.h asserts each against the kernel's header.
///
///     0        4       6       8        12       16
///     ┌────────┬───────┬───────┬────────┬────────┬───────────────────────────┐
///     │ length │ type  │ flags │  seq   │ portid │ payload … (padded to 4)   │   struct nlmsghdr
///     └────────┴───────┴───────┴────────┴────────┴───────────────────────────┘
///       length counts header and payload, not the padding; host byte order throughout
///
///     0     2      4
///     ┌─────┬──────┬─────────────────────┐
///     │ len │ type │ value (padded to 4) │                                     struct nlattr
///     └─────┴──────┴─────────────────────┘
///
///     0       4                         20
///     ┌───────┬─────────────────────────┬────────────┐
///     │ error │ header of our request   │ attributes │                         struct nlmsgerr
///     └───────┴─────────────────────────┴────────────┘
///       error is a negative errno or 0; NLMSG_DONE carries the same word, and its attributes at 4
@usableFromInline
enum MessageLayout {
  @inlinable static var headerByteCount: Int { 16 }
  @inlinable static var typeOffset: Int { 4 }
  @inlinable static var flagsOffset: Int { 6 }
  @inlinable static var sequenceOffset: Int { 8 }
  @inlinable static var portIDOffset: Int { 12 }

  @inlinable static var attributeHeaderByteCount: Int { 4 }

  static let errorByteCount = 4
  static let errorAttributesOffset = 20

  /// Rounds up to the 4 bytes to which messages and attributes are padded (NLMSG_ALIGN, NLA_ALIGN).
  @inlinable
  static func aligned(_ byteCount: Int) -> Int { (byteCount &+ 3) & ~3 }
}

/// The type of a netlink message. Types below 16 are netlink's own.
public struct MessageType: Hashable, Sendable, RawRepresentable {
  /// The number.
  public let rawValue: UInt16

  /// The type with this number.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// NLMSG_NOOP: to be skipped.
  public static let noop = MessageType(rawValue: 1)
  /// NLMSG_ERROR: an errno, or 0 as an acknowledgement.
  public static let error = MessageType(rawValue: 2)
  /// NLMSG_DONE: the end of a dump, with an errno in its payload.
  public static let done = MessageType(rawValue: 3)
  /// NLMSG_OVERRUN: data was lost.
  public static let overrun = MessageType(rawValue: 4)
}

/// The flags of a netlink message.
public struct MessageFlags: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt16

  /// The flags with these bits.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// NLM_F_REQUEST.
  public static let request = MessageFlags(rawValue: UInt16(NLM_F_REQUEST))
  /// NLM_F_MULTI: one of several, closed by NLMSG_DONE.
  public static let multi = MessageFlags(rawValue: UInt16(NLM_F_MULTI))
  /// NLM_F_DUMP_INTR: the table changed under the dump; the kernel asks for a fresh one.
  @inlinable public static var dumpInterrupted: MessageFlags { MessageFlags(rawValue: 0x10) }
  /// NLM_F_DUMP: the whole table, please.
  public static let dump = MessageFlags(rawValue: UInt16(NLM_F_DUMP))
  /// NLM_F_CAPPED: an error echoes only the header of the request.
  public static let capped = MessageFlags(rawValue: UInt16(NLM_F_CAPPED))
  /// NLM_F_ACK_TLVS: an error or the end of a dump carries attributes.
  public static let acknowledgementAttributes = MessageFlags(rawValue: UInt16(NLM_F_ACK_TLVS))
}
