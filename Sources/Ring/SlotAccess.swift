/// A ring file of known geometry, and how a slot is read out of it: copied first, believed later.
struct SlotAccess: ~Copyable {
  var file: RingFile
  var geometry: RingGeometry
  private var slotHeader = [UInt64](repeating: 0, count: RingLayout.slotHeaderWordCount)

  init(_ file: consuming RingFile, _ geometry: RingGeometry) {
    self.file = file
    self.geometry = geometry
  }

  /// Reads and checks the header. One that contradicts itself is read again: its writer may be changing.
  static func header(of file: inout RingFile) throws(RingError) -> RingHeader {
    var attemptCount = 0
    while true {
      do throws(RingError) {
        return try headerOnce(of: &file)
      } catch {
        attemptCount += 1
        guard case .corruptHeader(.checksum) = error.reason, attemptCount < 4 else { throw error }
      }
    }
  }

  private static func headerOnce(of file: inout RingFile) throws(RingError) -> RingHeader {
    var page = HeaderPage()
    let byteCount = try page.fill { (words: inout [UInt64]) throws(RingError) -> Int in
      try file.read(at: 0, into: &words, wordCount: words.count)
    }
    if byteCount >= 8, page[RingLayout.magicOffset] != RingLayout.magic {
      throw RingError(file.path, .wrongMagic(page[RingLayout.magicOffset]))
    }
    if byteCount < RingLayout.headerByteCount {
      throw RingError(file.path, .tooShort(byteCount: byteCount))
    }
    var header: RingHeader
    do throws(HeaderProblem) {
      header = try page.header()
    } catch {
      throw RingError(file.path, error.reason)
    }
    let (length, needed) = (try file.byteCount(), header.geometry.byteCount)
    if length < needed { throw RingError(file.path, .truncated(byteCount: length, needed: needed)) }
    if header.geometry.isRecording {
      for tier in header.heads.indices {
        header.heads[tier] = try recordedHead(
          tier, header.heads[tier], header.geometry, length, &file)
      }
    }
    return header
  }

  /// How many slots were ever published in `tier`, as the file says now.
  mutating func head(ofTier tier: Int) throws(RingError) -> UInt64 {
    let head = try file.word(at: RingLayout.headsOffset + 8 * tier) ?? 0
    if geometry.isRecording {
      return try Self.recordedHead(tier, head, geometry, try file.byteCount(), &file)
    }
    // A head that cannot be is none: its slots are as good as not published.
    return head < RingLayout.numberLimit ? head : 0
  }

  /// Reads slot `number` of `tier` into the start of `payload`, which is made long enough.
  mutating func read(
    tier: Int, number: UInt64, into payload: inout [UInt64]
  ) throws(RingError) -> SlotReading {
    precondition(geometry.tiers.indices.contains(tier), "no tier \(tier)")
    guard number < RingLayout.numberLimit,
      let offset = geometry.slotOffset(tier: tier, number: number)
    else { return .notYet }
    let capacity = geometry.tiers[tier].payloadWordCapacity
    if payload.count < capacity {
      payload.append(contentsOf: repeatElement(0, count: capacity - payload.count))
    }
    switch try attempt(tier, number, offset, &payload) {
    case .decided(let reading): return reading
    case .unwritten, .unfinished: break
    }
    // Nothing there yet: or the number was published and its slot is lost. The head knows, and it is
    // written after the slot, so the slot is looked at once more.
    if number >= (try head(ofTier: tier)) { return .notYet }
    switch try attempt(tier, number, offset, &payload) {
    case .decided(let reading): return reading
    case .unwritten: return .corrupt
    case .unfinished: return .torn
    }
  }

  /// Writes the published slot `number`, the first `wordCount` words of `slot`, and then the tier's head.
  ///
  /// Each call ends before the next begins, and the kernel's inode lock orders what they write: a reader that
  /// sees the even sequence sees the payload. Should it not, the checksum is wrong.
  func publish(
    _ slot: inout [UInt64], _ wordCount: Int, tier: Int, number: UInt64, at offset: Int
  ) throws(RingError) {
    let published = slot[RingLayout.sequenceWord]
    slot[RingLayout.sequenceWord] = RingLayout.writing(number)
    try file.write(slot, 0..<1, at: offset)
    try file.write(slot, 1..<wordCount, at: offset + 8)
    slot[RingLayout.sequenceWord] = published
    try file.write(slot, 0..<1, at: offset)
    slot[RingLayout.sequenceWord] = number + 1
    try file.write(slot, 0..<1, at: RingLayout.headsOffset + 8 * tier)
  }

  /// The sequence of the slot at place `index` of `tier`; nil beyond the end of the file.
  mutating func sequence(tier: Int, index: UInt64) throws(RingError) -> UInt64? {
    guard let offset = geometry.slotOffset(tier: tier, number: index) else { return nil }
    return try file.word(at: offset)
  }

  /// Gives up the file.
  consuming func intoFile() -> RingFile { file }

  private enum Attempt {
    case decided(SlotReading)
    /// Zero, an earlier number, or beyond the end of the file.
    case unwritten
    /// The odd sequence of the number.
    case unfinished
  }

  private mutating func attempt(
    _ tier: Int, _ number: UInt64, _ offset: Int, _ payload: inout [UInt64]
  ) throws(RingError) -> Attempt {
    let shape = geometry.tiers[tier]
    let byteCount = try file.read(
      at: offset, into: &slotHeader, RingLayout.slotHeaderWordCount,
      and: &payload, shape.payloadWordCapacity)
    guard byteCount >= RingLayout.slotHeaderByteCount else { return .unwritten }
    let sequence = slotHeader[RingLayout.sequenceWord]
    if sequence == 0 { return .unwritten }
    let found = RingLayout.number(of: sequence)
    guard geometry.slotOffset(tier: tier, number: found) == offset, found < RingLayout.numberLimit
    else { return .decided(.corrupt) }
    if found != number { return found < number ? .unwritten : .decided(.lapped) }
    guard sequence == RingLayout.published(number) else { return .unfinished }
    guard try file.word(at: offset) == sequence else { return .decided(.torn) }

    let word = slotHeader[RingLayout.lengthAndChecksumWord]
    let wordCount = Int(word & 0xffff_ffff)
    guard wordCount <= shape.payloadWordCapacity,
      byteCount >= RingLayout.slotHeaderByteCount + wordCount * 8,
      Checksum.ofSlot(number, payload, in: 0..<wordCount) == UInt32(word >> 32)
    else { return .decided(.corrupt) }
    return .decided(.published(wordCount: wordCount))
  }

  /// How many slots a tier of a recording has: as its head word says, but no more than its length has room
  /// for, and the one at the head if it was published before its writer died.
  private static func recordedHead(
    _ tier: Int, _ head: UInt64, _ geometry: RingGeometry, _ byteCount: Int,
    _ file: inout RingFile
  ) throws(RingError) -> UInt64 {
    let segmentCount = (byteCount - RingLayout.headerByteCount) / geometry.segmentByteCount + 1
    let room = UInt64(max(0, segmentCount)).multipliedReportingOverflow(
      by: UInt64(geometry.tiers[tier].slotCount))
    let most = min(room.overflow ? .max : room.partialValue, RingGeometry.recordedCountMax)
    guard head < most else { return min(head, most) }
    guard let offset = geometry.slotOffset(tier: tier, number: head) else { return head }
    return try file.word(at: offset) == RingLayout.published(head) ? head + 1 : head
  }
}
