/// How a ring file is cut into tiers: a value that is checked before it is believed.
public struct RingGeometry: Hashable, Sendable {
  /// The tiers in the order of the file, at most 8.
  public var tiers: [RingTier]
  /// Whether the file is a recording: one tier that grows by appending.
  public var isRecording: Bool

  /// The geometry of these tiers; `fault` says whether it can be had.
  public init(tiers: [RingTier], isRecording: Bool = false) {
    self.tiers = tiers
    self.isRecording = isRecording
  }

  /// A recording of raw frames in slots of `slotByteCount` bytes.
  public static func recording(slotByteCount: Int = 8192) -> RingGeometry {
    let tier = RingTier(
      kind: .frames, stepNanoseconds: 0, slotByteCount: slotByteCount, slotCount: 0)
    return RingGeometry(tiers: [tier], isRecording: true)
  }

  /// Slots of fewer bytes hold next to nothing.
  public static let slotByteCountMin = 64
  /// Slots of more bytes cannot be published in microseconds.
  public static let slotByteCountMax = 1 << 20
  /// The most slots of a tier.
  public static let slotCountMax = 1 << 22
  /// The most bytes of a ring.
  public static let byteCountMax = 1 << 32

  /// Bytes of the whole file; of a recording, of its header. Meaningful if there is no `fault`.
  public var byteCount: Int {
    tiers.reduce(RingLayout.headerByteCount) { $0 + $1.byteCount }
  }

  /// Where the first slot of `tier` stands in the file.
  public func fileOffset(ofTier tier: Int) -> Int {
    tiers[..<tier].reduce(RingLayout.headerByteCount) { $0 + $1.byteCount }
  }

  /// Where slot `number` of `tier` stands; nil beyond what any file can have.
  func slotOffset(tier: Int, number: UInt64) -> Int? {
    let shape = tiers[tier]
    let index = shape.slotCount > 0 ? number % UInt64(shape.slotCount) : number
    guard index < RingLayout.numberLimit >> 21 else { return nil }
    return fileOffset(ofTier: tier) + Int(index) * shape.slotByteCount
  }

  /// What is wrong with a geometry.
  public enum Fault: Hashable, Sendable {
    /// There must be 1 to 8 tiers, and exactly one in a recording.
    case tierCount(Int)
    /// The slots of a tier must be 64 bytes to 1 MiB long, a multiple of 8.
    case slotByteCount(tier: Int, Int)
    /// A tier must have 1 to 4,194,304 slots, and 0 in a recording.
    case slotCount(tier: Int, Int)
    /// The file would be longer than 4 GiB.
    case byteCount(Int)
  }

  /// The first thing that is wrong with it; nil if nothing is. Nothing overflows on any values.
  public var fault: Fault? {
    guard (1...RingLayout.tierCountMax).contains(tiers.count), !isRecording || tiers.count == 1
    else { return .tierCount(tiers.count) }
    for (index, tier) in tiers.enumerated() {
      guard (Self.slotByteCountMin...Self.slotByteCountMax).contains(tier.slotByteCount),
        tier.slotByteCount.isMultiple(of: 8)
      else { return .slotByteCount(tier: index, tier.slotByteCount) }
      let counts = isRecording ? 0...0 : 1...Self.slotCountMax
      guard counts.contains(tier.slotCount) else { return .slotCount(tier: index, tier.slotCount) }
    }
    // 8 tiers of 2^42 bytes at most: far below the end of Int.
    return byteCount > Self.byteCountMax ? .byteCount(byteCount) : nil
  }
}

extension RingGeometry.Fault: CustomStringConvertible {
  /// "tier 2 has slots of 12 bytes; 64 to 1048576 are possible, in steps of 8".
  public var description: String {
    switch self {
    case .tierCount(let count): "\(count) tiers; 1 to 8 are possible, and one in a recording"
    case .slotByteCount(let tier, let count):
      "tier \(tier) has slots of \(count) bytes; "
        + "\(RingGeometry.slotByteCountMin) to \(RingGeometry.slotByteCountMax) are possible, in steps of 8"
    case .slotCount(let tier, let count):
      "tier \(tier) has \(count) slots; 1 to \(RingGeometry.slotCountMax) are possible, 0 in a recording"
    case .byteCount(let count):
      "\(count) bytes in all; \(RingGeometry.byteCountMax) are possible"
    }
  }
}
