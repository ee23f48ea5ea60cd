internal import CKernel
internal import Glibc
import Kernel

/// The one writer of a ring file. It waits for no reader and knows of none.
///
/// Frames go out by pwrite(2), not through a mapping: `RingFile` says why. A full disk is an error
/// when the file is made, and a file that somebody cuts meanwhile is made whole by the next heartbeat.
///
///     var writer = try RingWriter(path: path, geometry: geometry, identity: identity)
///     try writer.publish(tier: 0, words.span)
///     try writer.heartbeat(realtimeNanoseconds: …, monotonicNanoseconds: …)
///     try writer.close()
///
/// A writer that is dropped without `close()` leaves what one leaves that died; so does an error.
public struct RingWriter: ~Copyable {
  private var access: SlotAccess
  private let lock: RingLock?
  /// A ring in memory has no name at any time.
  private let isNamed: Bool
  private var header: RingHeader
  private var slot: [UInt64]

  /// How the file was come by.
  public let origin: RingOrigin
  /// The ring's file. Of a ring in memory one that this process can open, as long as the writer lives.
  public var path: String { access.file.path }
  /// How the file is cut.
  public var geometry: RingGeometry { header.geometry }
  /// How many slots were ever published in each tier: the number that the next one will have.
  public var heads: [UInt64] { header.heads }

  /// Opens the ring at `path` for writing, or makes it.
  ///
  /// A sound file of equal geometry is continued, also after a reboot: numbers go on, and a slot that a
  /// dying writer left unfinished is skipped and counted. A ring of another geometry, version or network namespace, or
  /// a damaged one, is kept as `<path>.old`, in place of what was there, and a new one made. A file that is no ring is
  /// left alone: `wrongMagic`.
  ///
  /// The directory must exist, and nobody but root and us may be able to replace what is in it. `mode` is the
  /// file's, also of one that is there already, whatever the umask; the lock's is 0600. A new file appears
  /// under its name complete, by rename(2).
  ///
  /// Throws `locked`, `symbolicLink`, `notRegularFile`, `wrongOwner`, `foreignDirectory`, `openDirectory`,
  /// `noSpace`, `wrongMagic`, `impossibleGeometry`, or the call that failed. Costs some milliseconds: every slot is read to continue.
  public init(
    path: String, geometry: RingGeometry, identity: RingIdentity, mode: UInt32 = 0o644
  ) throws(RingError) {
    precondition(!geometry.isRecording, "a recording has an initializer of its own")
    if let fault = geometry.fault { throw RingError(path, .impossibleGeometry(fault)) }
    try RingDirectory.check(ofRing: path)
    let lock = try RingLock(ring: path)
    var opening = try RingOpening.open(path, geometry, identity, mode)
    self.lock = consume lock
    isNamed = true
    origin = opening.origin
    header = opening.header
    access = SlotAccess(opening.takeFile(), geometry)
    slot = Self.scratch(geometry)
  }

  /// A ring in memory, for readers of this process: open them on `path`.
  ///
  /// Throws `impossibleGeometry`, `noSpace`, or the call that failed (memfd_create).
  public init(inMemory geometry: RingGeometry, identity: RingIdentity) throws(RingError) {
    precondition(!geometry.isRecording, "a recording is a file")
    if let fault = geometry.fault { throw RingError("(memory)", .impossibleGeometry(fault)) }
    // SAFETY: the string lives for the call.
    let number = unsafe CKernel_memory_file("ullage-ring")
    guard number >= 0 else {
      let error = SystemCallError("make", "a file in memory", Errno.last)
      throw RingError("(memory)", .failed(error))
    }
    let file = RingFile("/proc/self/fd/\(number)", .descriptor(Descriptor(owning: number)))
    let header = RingHeader(geometry: geometry, identity: identity)
    try file.allocate(geometry.byteCount)
    let page = HeaderPage(header).words
    try file.write(page, 0..<page.count, at: 0)
    lock = nil
    isNamed = false
    origin = .made
    self.header = header
    access = SlotAccess(file, geometry)
    slot = Self.scratch(geometry)
  }

  /// Makes the recording `path`: it appears under its name complete, and grows from then on.
  ///
  /// At every instant, and wherever its writer dies, the file is a recording of what was published before; a
  /// full disk is an error of `publish`. It needs no lock, because nobody else is ever let to write it. Throws
  /// `exists` rather than write over a file, `impossibleGeometry`, `noSpace`, or the call that failed. `mode`
  /// is the file's, whatever the umask.
  public init(
    recording path: String, geometry: RingGeometry, identity: RingIdentity, mode: UInt32 = 0o644
  ) throws(RingError) {
    precondition(geometry.isRecording, "a ring has a lock")
    if let fault = geometry.fault { throw RingError(path, .impossibleGeometry(fault)) }
    let header = RingHeader(geometry: geometry, identity: identity)
    let temporary = "\(path).\(getpid()).new"
    let file = try RingOpening.make(path, temporary, header, mode)
    // SAFETY: both strings live for the calls. link(2), unlike rename(2), replaces nothing.
    let status = unsafe link(temporary, path)
    let errno = Errno.last
    unsafe unlink(temporary)
    guard status == 0 else {
      let failed = SystemCallError("link to \(path)", temporary, errno)
      throw RingError(path, errno.rawValue == EEXIST ? .exists : .failed(failed))
    }
    lock = nil
    isNamed = true
    origin = .made
    self.header = header
    access = SlotAccess(file, geometry)
    slot = Self.scratch(geometry)
  }

  /// Publishes `words` as the next slot of `tier` and returns its number.
  ///
  /// After an error the number is not used up: the next call writes it again, and no reader believes what
  /// is there meanwhile. Throws `tooLong`, of a recording `full`, or the write that failed (ENOSPC and EIO after somebody cut the file). Traps
  /// on a tier that the geometry lacks. Four system calls, no allocation, 3 us for 8 KiB.
  @discardableResult
  public mutating func publish(tier: Int, _ words: Span<UInt64>) throws(RingError) -> UInt64 {
    precondition(header.heads.indices.contains(tier), "no tier \(tier)")
    let capacity = geometry.tiers[tier].payloadWordCapacity
    guard words.count <= capacity else {
      throw RingError(path, .tooLong(wordCount: words.count, capacity: capacity))
    }
    let number = header.heads[tier]
    guard let offset = geometry.slotOffset(tier: tier, number: number) else {
      throw RingError(path, .full(slotCount: number))
    }
    let wordCount = RingLayout.fill(&slot, number, words)
    try access.publish(&slot, wordCount, tier: tier, number: number, at: offset)
    header.heads[tier] = number + 1
    return number
  }

  /// Says that the writer lives, and makes the file whole if somebody cut it.
  ///
  /// Writes the whole header, so that nothing in it stays wrong for longer than between two of these.
  /// Throws `removed` when the file has no name any more, so that no reader can open it; `noSpace`, or the
  /// write that failed. Two system calls, 1 us.
  public mutating func heartbeat(
    realtimeNanoseconds: UInt64, monotonicNanoseconds: UInt64
  ) throws(RingError) {
    header.heartbeatRealtimeNanoseconds = realtimeNanoseconds
    header.heartbeatMonotonicNanoseconds = monotonicNanoseconds
    let byteCount = geometry.byteCount
    let status = try access.file.status()
    if isNamed, status.st_nlink == 0 { throw RingError(path, .removed) }
    if status.st_size < byteCount { try access.file.allocate(byteCount) }
    try writeHeader()
  }

  /// Reads a slot that was published, as a `RingReader` does: to rebuild what was being gathered from it.
  public mutating func readBack(
    tier: Int, number: UInt64, into words: inout [UInt64]
  ) throws(RingError) -> SlotReading {
    try access.read(tier: tier, number: number, into: &words)
  }

  /// Says in the file that the writer ended in good order, and gives up the lock.
  public consuming func close() throws(RingError) {
    header.isClosedCleanly = true
    try writeHeader()
  }

  private func writeHeader() throws(RingError) {
    let page = HeaderPage(header).words
    try access.file.write(page, 0..<page.count, at: 0)
  }

  private static func scratch(_ geometry: RingGeometry) -> [UInt64] {
    Array(repeating: 0, count: (geometry.tiers.map(\.slotByteCount).max() ?? 0) / 8)
  }
}

extension RingLayout {
  /// Makes `slot` the published slot `number` with this payload. Returns how many words of it count.
  static func fill(_ slot: inout [UInt64], _ number: UInt64, _ words: Span<UInt64>) -> Int {
    let end = slotHeaderWordCount + words.count
    precondition(end <= slot.count)
    // SAFETY: both lie in storage that lives for the call, are apart, and the slot is as long.
    unsafe words.withUnsafeBufferPointer { source in
      unsafe slot.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + slotHeaderWordCount).update(from: from, count: source.count)
      }
    }
    let checksum = Checksum.ofSlot(number, slot, in: slotHeaderWordCount..<end)
    slot[sequenceWord] = published(number)
    slot[lengthAndChecksumWord] = UInt64(words.count) | UInt64(checksum) << 32
    slot[2] = 0
    slot[3] = 0
    return end
  }
}
