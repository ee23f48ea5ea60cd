import Glibc
import Kernel

/// Reads a ring while somebody writes it, or after.
///
/// Nothing is mapped: a slot is copied by pread(2), then judged, so that no bytes in the file, and no
/// cutting or growing of it meanwhile, can crash a reader, hang it or show it half a frame. A reader asks
/// nothing of the writer and does not slow it.
///
///     var reader = try RingReader(path: "/run/ullage/host.ring")
///     var cursor = RingCursor(tier: 0, from: 0)
///     var words: [UInt64] = []
///     while case .slot(let number, let wordCount) = try cursor.next(from: &reader, into: &words) { … }
public struct RingReader: ~Copyable {
  private var access: SlotAccess
  private let status: stat
  /// What could not be shown so far.
  public private(set) var counts = RingReaderCounts()

  /// The file that was opened.
  public var path: String { access.file.path }
  /// How the file is cut.
  public var geometry: RingGeometry { access.geometry }

  /// Opens the ring at `path` and checks its header.
  ///
  /// Throws `missing`, `tooShort`, `wrongMagic`, `wrongVersion`, `corruptHeader`, `truncated`,
  /// `notRegularFile`, or the call that failed. Costs four system calls.
  public init(path: String) throws(RingError) {
    let descriptor: Descriptor
    do throws(SystemCallError) {
      // A pipe of that name must not make us wait.
      descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
    } catch {
      throw RingError(path, error.errno == .noEntry ? .missing : .failed(error))
    }
    var file = RingFile(path, .descriptor(descriptor))
    let status = try file.status()
    guard status.st_mode & S_IFMT == S_IFREG else { throw RingError(path, .notRegularFile) }
    let header = try SlotAccess.header(of: &file)
    self.status = status
    access = SlotAccess(file, header.geometry)
  }

  /// A reader over bytes in memory, as if they were a file; they are checked as a file's.
  public init(bytes: [UInt8]) throws(RingError) {
    try self.init(scripted: { _ in bytes })
  }

  /// A reader over a file that is, at the n-th call, what `content(n)` says.
  init(scripted content: @escaping @Sendable (Int) -> [UInt8]) throws(RingError) {
    var file = RingFile("(memory)", .scripted(content))
    let header = try SlotAccess.header(of: &file)
    status = stat()
    access = SlotAccess(file, header.geometry)
  }

  /// Reads the header again: heads, heartbeat, and whoever writes now. Two system calls.
  public mutating func header() throws(RingError) -> RingHeader {
    let header = try SlotAccess.header(of: &access.file)
    access.geometry = header.geometry
    return header
  }

  /// Copies slot `number` of `tier` into the start of `words` and says whether it may be believed.
  ///
  /// `words` grows to the tier's capacity once and is used again; what stands in it after anything but
  /// `published` is of no worth. Throws only when the file cannot be read at all (EIO). Traps on a tier
  /// that the geometry lacks. Two system calls, no allocation, 1.2 us for 8 KiB.
  public mutating func read(
    tier: Int, number: UInt64, into words: inout [UInt64]
  ) throws(RingError) -> SlotReading {
    let reading = try access.read(tier: tier, number: number, into: &words)
    counts.count(reading)
    return reading
  }

  /// The number of the newest slot of `tier`; nil before the first. One system call.
  public mutating func newest(_ tier: Int) throws(RingError) -> UInt64? {
    let head = try head(tier)
    return head > 0 ? head - 1 : nil
  }

  /// The number of the oldest slot of `tier` that is still there, and may be overwritten at any moment;
  /// nil before the first. One system call.
  public mutating func oldest(_ tier: Int) throws(RingError) -> UInt64? {
    let head = try head(tier)
    return head > 0 ? geometry.oldest(ofTier: tier, head: head) : nil
  }

  /// How many slots of `tier` were ever published: the number of the next. One system call.
  public mutating func head(_ tier: Int) throws(RingError) -> UInt64 {
    precondition(geometry.tiers.indices.contains(tier), "no tier \(tier)")
    return try access.head(ofTier: tier)
  }

  /// The length of the file now. One system call.
  public mutating func byteCount() throws(RingError) -> Int { try access.file.byteCount() }

  /// Whether the path no longer leads to the file that is open here: another stands there, or none.
  ///
  /// A writer with another geometry makes a new file. One system call.
  public func isReplaced() -> Bool {
    var now = stat()
    // SAFETY: the string lives for the call and the kernel fills the struct.
    guard unsafe stat(path, &now) == 0 else { return true }
    return now.st_ino != status.st_ino || now.st_dev != status.st_dev
  }

  /// The sequence of a slot by its place, for `RingVerification`; nil beyond the end.
  mutating func sequence(tier: Int, index: UInt64) throws(RingError) -> UInt64? {
    try access.sequence(tier: tier, index: index)
  }

  /// Reads without counting.
  mutating func check(
    tier: Int, number: UInt64, into words: inout [UInt64]
  ) throws(RingError) -> SlotReading {
    try access.read(tier: tier, number: number, into: &words)
  }
}
