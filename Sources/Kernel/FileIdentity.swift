import Glibc

/// What is behind a path, by device and inode: two paths with the same identity are the same file.
public struct FileIdentity: Hashable, Sendable {
  /// The device of the file system.
  public let device: UInt64
  /// The file's number there; may be given out again once the file is gone.
  public let inode: UInt64

  /// The identity of what `path` leads to, links followed. One stat(2); nothing is kept open.
  public init(at path: String) throws(SystemCallError) {
    var status = stat()
    try retrying("inspect", path) {
      // SAFETY: the string lives for the call and the kernel fills the struct.
      unsafe stat(path, &status)
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
