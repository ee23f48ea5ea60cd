import Glibc

/// What stat(2) says of a file, as far as anybody here asks.
public struct FileStatus: Hashable, Sendable {
  /// Its number within its file system: of a namespace, of a cgroup's directory.
  public let inode: UInt64
  /// Its owner: of /proc/PID, the user whom the process runs as.
  public let userID: UInt32
  /// Its length; of /proc/PID/fd, the number of descriptors (6.2; before, 0).
  public let byteCount: Int
  /// How many names it has; of /proc/PID/task, two more than the process has threads.
  public let linkCount: Int
  /// What it takes on its file system, in bytes.
  public let allocatedByteCount: Int
  /// When it was written last: CLOCK_REALTIME nanoseconds; 0 before 1970.
  public let modifiedNanoseconds: UInt64
  /// Who may do what with it: the nine bits of chmod(1), and those above them.
  public let permissions: UInt32
  /// Whether it is a directory.
  public let isDirectory: Bool

  /// Looks at `path`, links followed. Costs one system call.
  public init(of path: String) throws(SystemCallError) {
    var status = stat()
    try retrying("inspect", path) {
      // SAFETY: the string and the struct live for the call.
      unsafe stat(path, &status)
    }
    inode = UInt64(status.st_ino)
    userID = status.st_uid
    byteCount = Int(status.st_size)
    linkCount = Int(status.st_nlink)
    allocatedByteCount = Int(status.st_blocks) * 512
    modifiedNanoseconds =
      UInt64(max(0, status.st_mtim.tv_sec)) &* 1_000_000_000 &+ UInt64(status.st_mtim.tv_nsec)
    permissions = status.st_mode & 0o7777
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }
}
