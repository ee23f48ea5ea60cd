import Glibc

/// A file that is written at its end, while other programs may rotate it: move it away, remove it, cut
/// it to nothing.
public struct AppendedFile: ~Copyable {
  /// Where it is.
  public let path: String
  private var descriptor: Descriptor

  /// Opens the file at `path`, made with mode 0644 (less the umask) if it is not there.
  public init(path: String) throws(SystemCallError) {
    self.path = path
    descriptor = try Self.open(path)
  }

  /// Opens the file at the path anew, whatever became of the one that is open.
  public mutating func reopen() throws(SystemCallError) {
    descriptor = try Self.open(path)
  }

  /// Opens the file anew if the path leads to another one by now, or to none. Two system calls.
  public mutating func follow() throws(SystemCallError) {
    var mine = stat(), named = stat()
    // SAFETY: the kernel fills both structures; the string lives for the call.
    guard unsafe fstat(descriptor.number, &mine) == 0 else {
      throw SystemCallError("examine", path, Errno.last)
    }
    let isThere = unsafe stat(path, &named) == 0
    if !isThere || mine.st_ino != named.st_ino || mine.st_dev != named.st_dev { try reopen() }
  }

  /// Whether there is nothing in it.
  public var isEmpty: Bool {
    var mine = stat()
    // SAFETY: the kernel fills the structure.
    return unsafe fstat(descriptor.number, &mine) == 0 && mine.st_size == 0
  }

  /// Appends `bytes` in one write(2), so that they stand together, whoever else writes.
  public func append(_ bytes: [UInt8]) throws(SystemCallError) {
    do throws(SystemCallError) {
      try ByteStream(descriptor: descriptor.number).write(bytes)
    } catch {
      throw SystemCallError("write to", path, error.errno)
    }
  }

  private static func open(_ path: String) throws(SystemCallError) -> Descriptor {
    Descriptor(
      owning: try retrying("open", path) {
        // SAFETY: the string lives, terminated, for the length of the call.
        unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
      })
  }
}
