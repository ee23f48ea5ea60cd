/// A message or attribute whose own lengths do not fit the bytes that came.
public struct FrameError: Error, Hashable, Sendable {
  /// What was wrong.
  public enum Reason: String, Hashable, Sendable {
    /// Fewer bytes are left than a header needs.
    case shortHeader = "header cut short"
    /// The header's length is smaller than the header.
    case impossibleLength = "length smaller than its header"
    /// The header's length reaches past the bytes that came.
    case pastEnd = "length past the end"
    /// The payload is smaller than the struct that it must hold.
    case shortPayload = "payload too short"
  }

  /// What was wrong.
  public let reason: Reason
  /// Where, in bytes from the start of the datagram (or of the attributes).
  public let offset: Int
  /// The length that was claimed or needed, in bytes.
  public let claimed: Int
  /// The bytes that there were.
  public let available: Int

  /// A frame that is wrong at `offset`.
  public init(_ reason: Reason, offset: Int, claimed: Int, available: Int) {
    self.reason = reason
    self.offset = offset
    self.claimed = claimed
    self.available = available
  }
}

extension FrameError {
  /// The payload at `offset` is smaller than what it must hold.
  public static func shortPayload(offset: Int, needed: Int, available: Int) -> FrameError {
    FrameError(.shortPayload, offset: offset, claimed: needed, available: available)
  }
}

extension FrameError: CustomStringConvertible {
  /// "length past the end at byte 96: 124 bytes claimed, 40 there".
  public var description: String {
    "\(reason.rawValue) at byte \(offset): \(claimed) bytes claimed, \(available) there"
  }
}
