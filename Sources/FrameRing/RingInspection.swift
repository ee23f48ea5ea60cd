internal import Frames
public import Ring

/// What a ring file is: its header, and how far back each tier reaches. With a verification every slot
/// is read, its checksum held against its words, and the words decoded.
public struct RingInspection: Hashable, Sendable {
  /// One tier.
  public struct Tier: Hashable, Sendable {
    /// What its slots hold.
    public var kind: RingTier.Kind
    /// The step of its frames; 0 for raw ones and for what is no frame.
    public var stepNanoseconds: UInt64
    /// Bytes of a slot.
    public var slotByteCount: Int
    /// Slots; in a recording of one segment, and it has as many segments as it takes.
    public var slotCount: Int
    /// Slots ever published.
    public var publishedCount: UInt64
    /// Slots that can be read still, at most.
    public var keptCount: UInt64
    /// The oldest moment kept, CLOCK_REALTIME nanoseconds; nil when there is none.
    public var oldestNanoseconds: UInt64?
    /// The newest moment.
    public var newestNanoseconds: UInt64?
    /// What every slot is, if all were read.
    public var verification: RingVerification.Tier?
    /// Published slots whose words are no frame or event; nil if not all were read.
    public var undecodableCount: Int?
  }

  /// The file's path.
  public var path: String
  /// Its header.
  public var header: RingHeader
  /// How long it is; a recording may have holes, and take less room than that.
  public var byteCount: Int
  /// Its tiers.
  public var tiers: [Tier]

  /// Whether nothing is torn, corrupt or undecodable; nil if not all slots were read.
  public var isSound: Bool? {
    var isSound = true
    for tier in tiers {
      guard let verification = tier.verification, let undecodable = tier.undecodableCount else {
        return nil
      }
      if verification.tornCount + verification.corruptCount + undecodable > 0 { isSound = false }
    }
    return isSound
  }

  /// Inspects the file at `path`; reads every slot if `verifies`.
  public init(path: String, verifies: Bool = false) throws(RingError) {
    var reader = try RingReader(path: path)
    header = try reader.header()
    byteCount = try reader.byteCount()
    self.path = path
    tiers = []
    let verification = verifies ? try RingVerification(of: &reader) : nil
    for (index, shape) in header.geometry.tiers.enumerated() {
      let head = try reader.head(index)
      let oldest = try reader.oldest(index) ?? 0
      var tier = Tier(
        kind: shape.kind, stepNanoseconds: shape.stepNanoseconds,
        slotByteCount: shape.slotByteCount, slotCount: shape.slotCount, publishedCount: head,
        keptCount: head - min(oldest, head), verification: verification?.tiers[index])
      let numbers = min(oldest, head)..<head
      tier.oldestNanoseconds = try Self.time(&reader, index, shape.kind, Array(numbers.prefix(16)))
      tier.newestNanoseconds = try Self.time(
        &reader, index, shape.kind, numbers.suffix(16).reversed())
      if verifies {
        tier.undecodableCount = try Self.undecodable(&reader, index, shape.kind, numbers)
      }
      tiers.append(tier)
    }
  }

  /// The time of the first of these slots that can be read.
  private static func time(
    _ reader: inout RingReader, _ tier: Int, _ kind: RingTier.Kind, _ numbers: [UInt64]
  ) throws(RingError) -> UInt64? {
    var words: [UInt64] = []
    for number in numbers {
      guard case .published(let count) = try reader.read(tier: tier, number: number, into: &words)
      else { continue }
      if let time = time(of: words.span.extracting(0..<count), kind) { return time }
    }
    return nil
  }

  private static func undecodable(
    _ reader: inout RingReader, _ tier: Int, _ kind: RingTier.Kind, _ numbers: Range<UInt64>
  ) throws(RingError) -> Int {
    var words: [UInt64] = []
    var undecodable = 0
    for number in numbers {
      guard case .published(let count) = try reader.read(tier: tier, number: number, into: &words)
      else { continue }
      if time(of: words.span.extracting(0..<count), kind) == nil { undecodable += 1 }
    }
    return undecodable
  }

  private static func time(of words: Span<UInt64>, _ kind: RingTier.Kind) -> UInt64? {
    switch kind {
    case .frames: (try? Frame(words))?.takenAtNanoseconds
    case .events: (try? Event(words))?.atNanoseconds
    case FrameRingShape.alarmState: (try? AlarmState(words))?.atNanoseconds
    default: nil
    }
  }
}
