import Glibc

/// Files that are written as a whole.
public enum WrittenFile {
  /// Puts `bytes` at `path`, made with mode 0644 (less the umask) if it is not there.
  ///
  /// What was in it is gone; a device or a pipe gets the bytes.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(SystemCallError) {
    let descriptor = Descriptor(
      owning: try retrying("create", path) {
        // SAFETY: the string lives, terminated, for the length of the call.
        unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      })
    do throws(SystemCallError) {
      try ByteStream(descriptor: descriptor.number).write(bytes)
    } catch {
      throw SystemCallError("write to", path, error.errno)
    }
  }
}
