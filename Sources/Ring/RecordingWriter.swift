import Glibc
import Kernel

/// Writes a recording: a ring file with one tier of raw frames that grows by appending.
///
/// At every instant, and wherever its writer dies, the file is a recording of what was published before:
/// it appears under its name with its header, each slot is appended whole by one pwrite(2), and its count is
/// its length, of which the rest of a slot that was cut is no part.
public struct RecordingWriter: ~Copyable {
  private let file: RingFile
  private var header: RingHeader
  private var slot: [UInt64]

  /// The file.
  public var path: String { file.path }
  /// How many slots were published, which is the number that the next one will have.
  public private(set) var count: UInt64 = 0

  /// Makes the recording `path`, with slots of `slotByteCount` bytes.
  ///
  /// Throws `exists` rather than write over a file, `impossibleGeometry`, `noSpace`, or the call that
  /// failed. `mode` is the file's, whatever the umask.
  public init(
    path: String, slotByteCount: Int = 8192, identity: RingIdentity, mode: UInt32 = 0o644
  ) throws(RingError) {
    let geometry = RingGeometry.recording(slotByteCount: slotByteCount)
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
    self.file = consume file
    self.header = header
    slot = Array(repeating: 0, count: slotByteCount / 8)
  }

  /// Appends `words` as the next slot and returns its number.
  ///
  /// When the disk is full the error says so, the part that was written is cut off again, and the call
  /// may be repeated. Throws `tooLong`, or the write that failed. One system call, no allocation.
  @discardableResult
  public mutating func publish(_ words: Span<UInt64>) throws(RingError) -> UInt64 {
    let capacity = header.geometry.tiers[0].payloadWordCapacity
    guard words.count <= capacity else {
      throw RingError(path, .tooLong(wordCount: words.count, capacity: capacity))
    }
    guard let offset = header.geometry.slotOffset(tier: 0, number: count) else {
      preconditionFailure("no disk holds so many slots")
    }
    let end = RingLayout.fill(&slot, count, words)
    for index in end..<slot.count { slot[index] = 0 }
    do throws(RingError) {
      try file.write(slot, 0..<slot.count, at: offset)
    } catch {
      // What remains is no whole slot in any case; the error to report is the first one.
      try? file.truncate(offset)
      throw error
    }
    defer { count += 1 }
    return count
  }

  /// Says that the writer lives. Throws the write that failed. One system call.
  public mutating func heartbeat(
    realtimeNanoseconds: UInt64, monotonicNanoseconds: UInt64
  ) throws(RingError) {
    header.heartbeatRealtimeNanoseconds = realtimeNanoseconds
    header.heartbeatMonotonicNanoseconds = monotonicNanoseconds
    try writeHeader()
  }

  /// Says in the file that the recording ended in good order.
  public consuming func close() throws(RingError) {
    header.isClosedCleanly = true
    try writeHeader()
  }

  private func writeHeader() throws(RingError) {
    let page = HeaderPage(header).words
    try file.write(page, 0..<page.count, at: 0)
  }
}
