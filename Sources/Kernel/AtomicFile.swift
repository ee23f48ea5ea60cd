internal import Glibc

/// Files that are replaced as a whole.
public enum AtomicFile {
  /// Replaces the file at `path` by `bytes`, so that whoever opens it finds the old or the new ones, also
  /// after a crash: a file beside it is written, flushed to the disk and renamed.
  public static func replace(
    _ path: String, by bytes: [UInt8], mode: UInt32 = 0o600
  ) throws(SystemCallError) {
    let new = "\(path).new"
    try write(bytes, to: new, mode)
    // SAFETY: both strings live, terminated, for the length of the call.
    try retrying("replace", path) { unsafe rename(new, path) }
  }
  private static func write(
    _ bytes: [UInt8], to path: String, _ mode: UInt32
  ) throws(SystemCallError) {
    let number = try retrying("create", path) {
      // SAFETY: the string lives, terminated, for the length of the call.
      unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    }
    let descriptor = Descriptor(owning: number)
    do throws(SystemCallError) {
      try ByteStream(descriptor: descriptor.number).write(bytes)
    } catch {
      throw SystemCallError("write", path, error.errno)
    }
    try retrying("flush", path) { fsync(descriptor.number) }
  }
}
