import Kernel

/// The 4096 bytes of a header as words, and the way between them and a `RingHeader`.
struct HeaderPage: Hashable, Sendable {
  private(set) var words = [UInt64](repeating: 0, count: RingLayout.headerByteCount / 8)

  /// An empty page, to be read into.
  init() {}

  /// The page of `header`, complete with its checksum.
  init(_ header: RingHeader) {
    self[RingLayout.magicOffset] = RingLayout.magic
    self[RingLayout.versionOffset] = RingLayout.version
    self[RingLayout.headerByteCountOffset] = UInt64(RingLayout.headerByteCount)
    self[RingLayout.kindOffset] =
      (header.geometry.isRecording ? RingLayout.recordingKind : 0)
      | (header.isMirror ? RingLayout.mirrorKind : 0)
    let identity = header.identity
    self[RingLayout.bootIDOffset] = identity.bootID.high.byteSwapped
    self[RingLayout.bootIDOffset + 8] = identity.bootID.low.byteSwapped
    self[RingLayout.namespaceCookieOffset] = identity.namespaceCookie
    self[RingLayout.namespaceInodeOffset] = identity.namespaceInode
    setName(identity.namespaceName, at: RingLayout.namespaceNameOffset)
    setName(identity.hostName, at: RingLayout.hostNameOffset)
    self[RingLayout.writerPIDOffset] = UInt64(UInt32(bitPattern: identity.writerPID))
    self[RingLayout.writerStartOffset] = identity.writerStartRealtimeNanoseconds
    self[RingLayout.intervalOffset] = identity.intervalNanoseconds
    setTiers(header.geometry)
    self[RingLayout.checksumOffset] = UInt64(checksum)
    self[RingLayout.heartbeatRealtimeOffset] = header.heartbeatRealtimeNanoseconds
    self[RingLayout.heartbeatMonotonicOffset] = header.heartbeatMonotonicNanoseconds
    self[RingLayout.stateOffset] = header.isClosedCleanly ? RingLayout.closedCleanlyState : 0
    self[RingLayout.lostSlotsOffset] = header.lostSlotCount
    for (tier, head) in header.heads.enumerated() { self[RingLayout.headsOffset + 8 * tier] = head }
  }

  /// The word at a byte offset of `RingLayout`.
  subscript(offset: Int) -> UInt64 {
    get { words[offset / 8] }
    set { words[offset / 8] = newValue }
  }

  /// The checksum that the constant part should have.
  var checksum: UInt32 { Checksum.of(words, in: 0..<RingLayout.checksumOffset / 8) }

  /// Fills the page by `fill`, which gets its words.
  mutating func fill<Result>(
    _ fill: (inout [UInt64]) throws(RingError) -> Result
  ) throws(RingError) -> Result {
    let result = try fill(&words)
    precondition(words.count == RingLayout.headerByteCount / 8)
    return result
  }

  private mutating func setTiers(_ geometry: RingGeometry) {
    self[RingLayout.tierCountOffset] = UInt64(geometry.tiers.count)
    for (index, tier) in geometry.tiers.enumerated() {
      let entry = RingLayout.tierTableOffset + index * RingLayout.tierEntryByteCount
      self[entry + RingLayout.tierKindOffset] = tier.kind.rawValue
      self[entry + RingLayout.tierStepOffset] = tier.stepNanoseconds
      self[entry + RingLayout.tierSlotByteCountOffset] = UInt64(tier.slotByteCount)
      self[entry + RingLayout.tierSlotCountOffset] = UInt64(tier.slotCount)
      self[entry + RingLayout.tierFileOffsetOffset] = UInt64(geometry.fileOffset(ofTier: index))
    }
  }

  /// Cuts `name` to 64 bytes, between characters.
  private mutating func setName(_ name: String, at offset: Int) {
    var byte = 0
    for scalar in name.unicodeScalars {
      let bytes = UTF8.encode(scalar).map(Array.init) ?? []
      if bytes.contains(0) || byte + bytes.count > RingLayout.nameByteCount { break }
      for value in bytes {
        self[offset + byte] |= UInt64(value) << UInt64(byte % 8 * 8)
        byte += 1
      }
    }
  }
}
