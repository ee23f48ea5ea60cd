import Glibc
public import Kernel

/// Files of tests: whole, in bytes.
public enum TestFile {
  /// Replaces `path` by `bytes`, made with `mode` if it is not there.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644
  ) throws(SystemCallError) {
    // SAFETY: the string lives for the call.
    let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemCallError("create", path, Errno.last) }
    let descriptor = Descriptor(owning: number)
    try ByteStream(descriptor: descriptor.number).write(bytes)
  }

  /// Removes a file that a test is done with, if it is there.
  public static func remove(_ path: String) {
    // SAFETY: the string lives for the call.
    _ = unsafe unlink(path)
  }

  /// A file without a name, open for reading and writing.
  static func nameless() throws(SystemCallError) -> Descriptor {
    var template = Array("/tmp/ullage-test-XXXXXX".utf8CString)
    // SAFETY: mkstemp writes into the array, which ends with zero and lives for both calls.
    let number = unsafe mkstemp(&template)
    guard number >= 0 else { throw SystemCallError("create", "a temporary file", Errno.last) }
    unsafe unlink(template)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    return Descriptor(owning: number)
  }

  /// What was written into a file, from its start.
  static func contents(_ descriptor: borrowing Descriptor) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      // SAFETY: the kernel writes at most as many bytes as the array has.
      let count = unsafe pread(descriptor.number, &piece, piece.count, bytes.count)
      guard count > 0 else { return bytes }
      bytes += piece.prefix(count)
    }
  }
}
