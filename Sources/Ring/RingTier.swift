/// A row of equal slots in a ring file, of one kind and one resolution.
public struct RingTier: Hashable, Sendable {
  /// What the words of a tier mean. A reader leaves tiers alone whose kind it does not know.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    /// The word in the file.
    public let rawValue: UInt64
    /// The kind with this word.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// 1: a frame each slot.
    public static let frames = Kind(rawValue: 1)
    /// 2: an event each slot.
    public static let events = Kind(rawValue: 2)
  }

  /// What its slots hold.
  public var kind: Kind
  /// Nanoseconds that one slot stands for; 0 if it stands for one moment (raw frames, events).
  public var stepNanoseconds: UInt64
  /// Bytes from one slot to the next, the slot's own header of 32 bytes included. A multiple of 8.
  public var slotByteCount: Int
  /// Slots before the oldest is overwritten; in a recording, before the next segment begins.
  public var slotCount: Int

  /// A tier with these slots.
  public init(kind: Kind, stepNanoseconds: UInt64, slotByteCount: Int, slotCount: Int) {
    self.kind = kind
    self.stepNanoseconds = stepNanoseconds
    self.slotByteCount = slotByteCount
    self.slotCount = slotCount
  }

  /// The most words that a payload can have.
  public var payloadWordCapacity: Int { slotByteCount / 8 - RingLayout.slotHeaderWordCount }

  /// Bytes of all its slots, in a recording of a segment. Only of use once the geometry was found to be sound.
  var byteCount: Int { slotByteCount * slotCount }
}
