import Kernel

extension HeaderPage {
  /// The header that the page holds, all of it checked; which bytes ever stand there, nothing traps.
  func header() throws(HeaderProblem) -> RingHeader {
    let magic = self[RingLayout.magicOffset]
    if magic != RingLayout.magic { throw .wrongMagic(magic) }
    let version = self[RingLayout.versionOffset]
    if version != RingLayout.version { throw .wrongVersion(version) }
    let byteCount = self[RingLayout.headerByteCountOffset]
    if byteCount != UInt64(RingLayout.headerByteCount) {
      throw .corrupt(.headerByteCount(byteCount))
    }
    let stored = self[RingLayout.checksumOffset]
    if stored != UInt64(checksum) {
      throw .corrupt(.checksum(stored: stored, computed: checksum))
    }
    let geometry = try geometry()
    var header = RingHeader(geometry: geometry, identity: identity)
    header.heartbeatRealtimeNanoseconds = self[RingLayout.heartbeatRealtimeOffset]
    header.heartbeatMonotonicNanoseconds = self[RingLayout.heartbeatMonotonicOffset]
    header.isClosedCleanly = self[RingLayout.stateOffset] & RingLayout.closedCleanlyState != 0
    header.isMirror = self[RingLayout.kindOffset] & RingLayout.mirrorKind != 0
    header.lostSlotCount = self[RingLayout.lostSlotsOffset]
    for tier in geometry.tiers.indices {
      let head = self[RingLayout.headsOffset + 8 * tier]
      if head >= RingLayout.numberLimit { throw .corrupt(.number(head)) }
      header.heads[tier] = head
    }
    return header
  }

  private var identity: RingIdentity {
    RingIdentity(
      bootID: BootID(
        high: self[RingLayout.bootIDOffset].byteSwapped,
        low: self[RingLayout.bootIDOffset + 8].byteSwapped),
      namespaceCookie: self[RingLayout.namespaceCookieOffset],
      namespaceInode: self[RingLayout.namespaceInodeOffset],
      namespaceName: name(at: RingLayout.namespaceNameOffset),
      hostName: name(at: RingLayout.hostNameOffset),
      writerPID: Int32(truncatingIfNeeded: self[RingLayout.writerPIDOffset]),
      writerStartRealtimeNanoseconds: self[RingLayout.writerStartOffset],
      intervalNanoseconds: self[RingLayout.intervalOffset])
  }

  private func geometry() throws(HeaderProblem) -> RingGeometry {
    let tierCount = self[RingLayout.tierCountOffset]
    guard let count = Int(exactly: tierCount), count <= RingLayout.tierCountMax else {
      throw .corrupt(.number(tierCount))
    }
    var geometry = RingGeometry(
      tiers: [], isRecording: self[RingLayout.kindOffset] & RingLayout.recordingKind != 0)
    var offsets: [UInt64] = []
    for index in 0..<count {
      let entry = RingLayout.tierTableOffset + index * RingLayout.tierEntryByteCount
      let slotByteCount = self[entry + RingLayout.tierSlotByteCountOffset]
      let slotCount = self[entry + RingLayout.tierSlotCountOffset]
      // Small enough to be multiplied; what is sound is for the geometry to say.
      guard slotByteCount < 1 << 31 else { throw .corrupt(.number(slotByteCount)) }
      guard slotCount < 1 << 31 else { throw .corrupt(.number(slotCount)) }
      geometry.tiers.append(
        RingTier(
          kind: RingTier.Kind(rawValue: self[entry + RingLayout.tierKindOffset]),
          stepNanoseconds: self[entry + RingLayout.tierStepOffset],
          slotByteCount: Int(slotByteCount), slotCount: Int(slotCount)))
      offsets.append(self[entry + RingLayout.tierFileOffsetOffset])
    }
    if let fault = geometry.fault { throw .corrupt(.geometry(fault)) }
    for (index, offset) in offsets.enumerated()
    where offset != UInt64(geometry.fileOffset(ofTier: index)) {
      throw .corrupt(.fileOffset(tier: index, offset))
    }
    return geometry
  }

  /// The text before the first zero; bytes that are no UTF-8 become U+FFFD.
  private func name(at offset: Int) -> String {
    let bytes = (0..<RingLayout.nameByteCount).map { index in
      UInt8(truncatingIfNeeded: self[offset + index] >> UInt64(index % 8 * 8))
    }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// What is wrong with a page, before anybody says which file it was read from.
enum HeaderProblem: Error {
  case wrongMagic(UInt64)
  case wrongVersion(UInt64)
  case corrupt(RingError.HeaderFault)

  /// The reason for the error about the file.
  var reason: RingError.Reason {
    switch self {
    case .wrongMagic(let word): .wrongMagic(word)
    case .wrongVersion(let version): .wrongVersion(file: version)
    case .corrupt(let fault): .corruptHeader(fault)
    }
  }
}
