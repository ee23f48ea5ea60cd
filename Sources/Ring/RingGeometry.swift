/// How a ring file is cut into tiers: a value that is checked before it is believed.
public struct RingGeometry: Hashable, Sendable {
  /// The tiers in the order of the file, at most 8.
  public var tiers: [RingTier]
  /// Whether the file is a recording: its tiers do not go round but go on in the next segment.
  public var isRecording: Bool

  /// The geometry of these tiers; `fault` says whether it can be had.
  public init(tiers: [RingTier], isRecording: Bool = false) {
    self.tiers = tiers
    self.isRecording = isRecording
  }

  /// Slots of fewer bytes hold next to nothing.
  public static let slotByteCountMin = 64
  /// Slots of more bytes cannot be published in microseconds.
  public static let slotByteCountMax = 1 << 20
  /// The most slots of a tier.
  public static let slotCountMax = 1 << 22
  /// The most bytes of a ring.
  public static let byteCountMax = 1 << 32
  /// The most slots of a tier of a recording: 15 days of frames at 20 ms.
  public static let recordedCountMax: UInt64 = 1 << 26

  /// Bytes that the file has at least: all of a ring; of a recording, its header. Meaningful if there is no
  /// `fault`.
  public var byteCount: Int {
    RingLayout.headerByteCount + (isRecording ? 0 : segmentByteCount)
  }

  /// Bytes of one slot of each place: a ring without its header, a segment of a recording.
  public var segmentByteCount: Int { tiers.reduce(0) { $0 + $1.byteCount } }

  /// Where the first slot of `tier` stands in the file.
  public func fileOffset(ofTier tier: Int) -> Int {
    tiers[..<tier].reduce(RingLayout.headerByteCount) { $0 + $1.byteCount }
  }

  /// Where slot `number` of `tier` stands; nil beyond what any recording can have.
  func slotOffset(tier: Int, number: UInt64) -> Int? {
    let shape = tiers[tier]
    let (round, index) = number.quotientAndRemainder(dividingBy: UInt64(shape.slotCount))
    let offset = fileOffset(ofTier: tier) + Int(index) * shape.slotByteCount
    guard isRecording else { return offset }
    guard number < Self.recordedCountMax else { return nil }
    return offset + Int(round) * segmentByteCount
  }

  /// The oldest number that `tier` can still hold when `head` slots of it were published.
  func oldest(ofTier tier: Int, head: UInt64) -> UInt64 {
    let slotCount = UInt64(tiers[tier].slotCount)
    return isRecording || head <= slotCount ? 0 : head - slotCount
  }

  /// What is wrong with a geometry.
  public enum Fault: Hashable, Sendable {
    /// There must be 1 to 8 tiers.
    case tierCount(Int)
    /// The slots of a tier must be 64 bytes to 1 MiB long, a multiple of 8.
    case slotByteCount(tier: Int, Int)
    /// A tier must have 1 to 4,194,304 slots, of a recording in each segment.
    case slotCount(tier: Int, Int)
    /// The file, or a segment of it, would be longer than 4 GiB.
    case byteCount(Int)
  }

  /// The first thing that is wrong with it; nil if nothing is. Nothing overflows on any values.
  public var fault: Fault? {
    guard (1...RingLayout.tierCountMax).contains(tiers.count) else {
      return .tierCount(tiers.count)
    }
    for (index, tier) in tiers.enumerated() {
      guard (Self.slotByteCountMin...Self.slotByteCountMax).contains(tier.slotByteCount),
        tier.slotByteCount.isMultiple(of: 8)
      else { return .slotByteCount(tier: index, tier.slotByteCount) }
      guard (1...Self.slotCountMax).contains(tier.slotCount) else {
        return .slotCount(tier: index, tier.slotCount)
      }
    }
    // 8 tiers of 2^42 bytes at most: far below the end of Int.
    let byteCount = RingLayout.headerByteCount + segmentByteCount
    return byteCount > Self.byteCountMax ? .byteCount(byteCount) : nil
  }
}

extension RingGeometry.Fault: CustomStringConvertible {
  /// "tier 2 has slots of 12 bytes; 64 to 1048576 are possible, in steps of 8".
  public var description: String {
    switch self {
    case .tierCount(let count): "\(count) tiers; 1 to 8 are possible"
    case .slotByteCount(let tier, let count):
      "tier \(tier) has slots of \(count) bytes; "
        + "\(RingGeometry.slotByteCountMin) to \(RingGeometry.slotByteCountMax) are possible, in steps of 8"
    case .slotCount(let tier, let count):
      "tier \(tier) has \(count) slots; 1 to \(RingGeometry.slotCountMax) are possible"
    case .byteCount(let count):
      "\(count) bytes in all; \(RingGeometry.byteCountMax) are possible"
    }
  }
}
