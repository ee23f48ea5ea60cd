import Glibc

/// Writes bytes to a descriptor until all are out, and says when that failed.
///
/// `print` swallows write errors; data goes through here so that a full disk is an error.
public struct ByteStream: Sendable {
  /// The descriptor, which the caller keeps open.
  public let descriptor: Int32

  /// Standard output.
  public static let standardOutput = ByteStream(descriptor: 1)
  /// Standard error.
  public static let standardError = ByteStream(descriptor: 2)

  /// A stream over a descriptor that the caller keeps open.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Writes all of `bytes`, however many calls it takes. Throws ENOSPC, EIO, EPIPE, ….
  public func write(_ bytes: [UInt8]) throws(SystemCallError) {
    var offset = 0
    while offset < bytes.count {
      // SAFETY: the array's storage lives for the call; offset stays below its count.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        offset += count
        continue
      }
      let errno = Errno.last
      if errno != .interrupted { throw SystemCallError("write to", name, errno) }
    }
  }

  /// Whether the descriptor is a terminal.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Device and inode of what is behind the descriptor, as "10:4711"; nil where there is nothing.
  public var deviceAndInode: String? {
    var status = stat()
    // SAFETY: the kernel fills the struct.
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    return "\(status.st_dev):\(status.st_ino)"
  }

  private var name: String {
    switch descriptor {
    case 1: "standard output"
    case 2: "standard error"
    default: "descriptor \(descriptor)"
    }
  }
}
