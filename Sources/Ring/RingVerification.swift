/// What every slot of a ring file is worth, found by reading all of them.
///
/// Of a ring that is being written meanwhile a slot or two may count as being written or torn.
public struct RingVerification: Hashable, Sendable {
  /// The slots of one tier, by what they are. The counts add up to the tier's slots.
  public struct Tier: Hashable, Sendable {
    /// Slots that are whole.
    public var publishedCount = 0
    /// Slots that no writer has come to yet.
    public var neverWrittenCount = 0
    /// The slot that is next, begun: 0 or 1, and 1 for long only if the writer has died.
    public var beingWrittenCount = 0
    /// Slots that a writer began and will not finish, or that changed while they were looked at.
    public var tornCount = 0
    /// Slots that contradict themselves.
    public var corruptCount = 0
    /// The places of the first torn and corrupt slots within the tier, at most 8.
    public var firstBadSlots: [UInt64] = []

    /// Nothing counted yet.
    public init() {}
  }

  /// The tiers, in the order of the file.
  public var tiers: [Tier] = []

  /// Whether no slot is torn or corrupt.
  public var isSound: Bool { tiers.allSatisfy { $0.tornCount == 0 && $0.corruptCount == 0 } }

  /// The most bad slots of a tier that are named.
  public static let badSlotCountMax = 8

  /// Reads every slot of every tier. Throws what `RingReader.read` throws. About 2 us a slot.
  public init(of reader: inout RingReader) throws(RingError) {
    var words: [UInt64] = []
    for tier in reader.geometry.tiers.indices {
      var counts = Tier()
      // Of a recording what was published and the next; of a ring every place.
      let slotCount =
        reader.geometry.isRecording
        ? min(try reader.head(tier) + 1, RingGeometry.recordedCountMax)
        : UInt64(reader.geometry.tiers[tier].slotCount)
      for index in 0..<slotCount { try counts.count(index, tier, slotCount, &reader, &words) }
      tiers.append(counts)
    }
  }
}

extension RingVerification.Tier {
  fileprivate mutating func count(
    _ index: UInt64, _ tier: Int, _ slotCount: UInt64,
    _ reader: inout RingReader, _ words: inout [UInt64]
  ) throws(RingError) {
    let head = try reader.head(tier)
    let sequence = try reader.sequence(tier: tier, index: index) ?? 0
    // The newest number that the head says was published at this place.
    let expected = Self.newest(at: index, before: head, slotCount)
    guard sequence != 0 else {
      if expected == nil { neverWrittenCount += 1 } else { addCorrupt(index) }
      return
    }
    let number = RingLayout.number(of: sequence)
    guard number % slotCount == index, number < RingLayout.numberLimit else {
      addCorrupt(index)
      return
    }
    if sequence == RingLayout.writing(number), number >= head {
      if number <= (try reader.head(tier)) { beingWrittenCount += 1 } else { addTorn(index) }
      return
    }
    // A place that stands a round behind its head was to be written and is not.
    if let expected, number < expected { addCorrupt(index); return }
    switch try reader.check(tier: tier, number: number, into: &words) {
    case .published: publishedCount += 1
    case .notYet: beingWrittenCount += 1
    case .lapped, .torn: addTorn(index)
    case .corrupt: addCorrupt(index)
    }
  }

  private static func newest(at index: UInt64, before head: UInt64, _ slotCount: UInt64) -> UInt64?
  {
    guard head > index else { return nil }
    return index + (head - 1 - index) / slotCount * slotCount
  }

  private mutating func addTorn(_ index: UInt64) {
    tornCount += 1
    addBad(index)
  }

  private mutating func addCorrupt(_ index: UInt64) {
    corruptCount += 1
    addBad(index)
  }

  private mutating func addBad(_ index: UInt64) {
    if firstBadSlots.count < RingVerification.badSlotCountMax { firstBadSlots.append(index) }
  }
}
