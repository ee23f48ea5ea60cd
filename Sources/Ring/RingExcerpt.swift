/// Some slots of one tier of a ring, with the ring's header, as they go over a network.
///
///     0         64            4160
///     ┌─────────┬─────────────┬────────┬────────┬╌╌
///     │ front   │ header page │ slot n │ slot m │ …
///     └─────────┴─────────────┴────────┴────────┴╌╌
///
/// **Front.** 64-bit words, little-endian; what is not drawn is zero.
///
///     0    magic "ULLAGEEX"      8    layout version (the ring's)    16   the time there, realtime ns
///     24   tier                  32   how many slots follow          40   the number to go on with
///
/// **Header page, slots.** As `RingLayout` draws them, but that a slot ends with its payload: 32 bytes and
/// `words` × 8. Their numbers ascend; every one of them is published.
public struct RingExcerpt: Hashable, Sendable {
  /// A slot of the excerpt.
  struct Slot: Hashable, Sendable {
    let number: UInt64
    /// Where it stands: its header and its payload.
    let words: Range<Int>
  }

  /// The clock of the host where it was made, CLOCK_REALTIME in nanoseconds.
  public let realtimeNanoseconds: UInt64
  /// The header of the ring, of before the slots were read.
  public let header: RingHeader
  /// The tier that the slots are of.
  public let tier: Int
  /// The number to ask for next.
  public let next: UInt64
  let slots: [Slot]
  let words: [UInt64]

  /// How many slots there are.
  public var slotCount: Int { slots.count }

  static let magic: UInt64 = 0x5845_4547_414c_4c55
  static let frontWordCount = 8
  static let headerEnd = frontWordCount + RingLayout.headerByteCount / 8

  /// Whether `bytes` begin as an excerpt does: else they are something else altogether.
  public static func begins(_ bytes: [UInt8]) -> Bool {
    RingLayout.words(of: Array(bytes.prefix(8))) == [magic]
  }

  /// The excerpt in `bytes`, which came from `source`; all of it is checked, and whatever the bytes are,
  /// nothing traps. Throws `wrongMagic`, `wrongVersion`, `corruptHeader` or `malformedExcerpt`.
  public init(_ bytes: [UInt8], from source: String) throws(RingError) {
    func fault(_ fault: RingError.ExcerptFault) -> RingError {
      RingError(source, .malformedExcerpt(fault))
    }
    let words = RingLayout.words(of: bytes)
    if let word = words.first, word != Self.magic { throw RingError(source, .wrongMagic(word)) }
    guard words.count >= Self.headerEnd, bytes.count.isMultiple(of: 8) else {
      throw fault(.byteCount(bytes.count))
    }
    guard words[1] == RingLayout.version else {
      throw RingError(source, .wrongVersion(file: words[1]))
    }
    let header = try Self.header(words, source)
    if header.geometry.isRecording { throw fault(.recording) }
    guard let tier = Int(exactly: words[3]), header.geometry.tiers.indices.contains(tier) else {
      throw fault(.tier(words[3]))
    }
    var slots: [Slot] = []
    var start = Self.headerEnd, least: UInt64 = 0
    let wordCountMax = header.geometry.tiers[tier].payloadWordCapacity
    while start < words.count {
      guard words.count - start >= RingLayout.slotHeaderWordCount else {
        throw fault(.byteCount(bytes.count))
      }
      let sequence = words[start + RingLayout.sequenceWord]
      guard sequence >= 2, sequence.isMultiple(of: 2),
        case let number = RingLayout.number(of: sequence),
        number >= least, number < RingLayout.numberLimit
      else { throw fault(.sequence(sequence)) }
      let word = words[start + RingLayout.lengthAndChecksumWord]
      let wordCount = Int(word & 0xffff_ffff), payload = start + RingLayout.slotHeaderWordCount
      guard wordCount <= wordCountMax, wordCount <= words.count - payload,
        Checksum.ofSlot(number, words, in: payload..<payload + wordCount) == UInt32(word >> 32)
      else { throw fault(.slot(number: number)) }
      slots.append(Slot(number: number, words: start..<payload + wordCount))
      start = payload + wordCount
      least = number + 1
    }
    guard UInt64(slots.count) == words[4] else { throw fault(.byteCount(bytes.count)) }
    guard words[5] >= least, words[5] < RingLayout.numberLimit else {
      throw fault(.sequence(words[5]))
    }
    self.words = words
    self.slots = slots
    self.header = header
    self.tier = tier
    next = words[5]
    realtimeNanoseconds = words[2]
  }

  private static func header(
    _ words: [UInt64], _ source: String
  ) throws(RingError) -> RingHeader {
    var page = HeaderPage()
    try page.fill { (page: inout [UInt64]) throws(RingError) -> Void in
      page = Array(words[frontWordCount..<headerEnd])
    }
    do throws(HeaderProblem) {
      return try page.header()
    } catch {
      throw RingError(source, error.reason)
    }
  }
}

extension RingReader {
  /// The bytes of an excerpt: the slots of `tier` from `number` on that can be read, oldest first, at most about
  /// `byteCountMax` of them; without a number none.
  ///
  /// Traps on a tier that the geometry lacks, and on a recording. Costs a read a slot.
  public mutating func excerpt(
    tier: Int, from number: UInt64?, realtimeNanoseconds: UInt64, byteCountMax: Int
  ) throws(RingError) -> [UInt8] {
    let header = try header()
    precondition(!header.geometry.isRecording, "a recording is not followed")
    precondition(header.geometry.tiers.indices.contains(tier), "no tier \(tier)")
    var excerpt: [UInt64] = [
      RingExcerpt.magic, RingLayout.version, realtimeNanoseconds, UInt64(tier), 0, 0, 0, 0,
    ]
    excerpt += HeaderPage(header).words
    let head = header.heads[tier]
    var next = max(number ?? head, header.geometry.oldest(ofTier: tier, head: head))
    var payload: [UInt64] = [], slot: [UInt64] = []
    while next < head, excerpt.count * 8 < byteCountMax {
      if case .published(let count) = try read(tier: tier, number: next, into: &payload) {
        slot = Array(repeating: 0, count: RingLayout.slotHeaderWordCount + count)
        _ = RingLayout.fill(&slot, next, payload.span.extracting(0..<count))
        excerpt += slot
        excerpt[4] += 1
      }
      next += 1
    }
    excerpt[5] = min(next, max(head, number ?? head))
    return RingLayout.bytes(of: excerpt)
  }
}

extension RingLayout {
  /// Words as bytes, little-endian.
  static func bytes(of words: [UInt64]) -> [UInt8] {
    // SAFETY: the array's storage lives for the call.
    unsafe words.withUnsafeBytes { unsafe Array($0) }
  }

  /// The whole words of `bytes`, little-endian.
  static func words(of bytes: [UInt8]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: bytes.count / 8)
    // SAFETY: both arrays live for the calls, are apart, and the words are not longer than the bytes.
    unsafe words.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<target.count]))
      }
    }
    return words
  }
}
