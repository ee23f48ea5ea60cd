import Glibc

/// Reads small files of procfs and sysfs the way the kernel wants them read.
public enum KernelFile {
  /// The whole of `path` in one read(2), up to `limit` bytes.
  ///
  /// One read matters: `ip_local_reserved_ports` read through a small buffer is cut silently
  /// (4 KiB give 4,096 bytes, then end of file), so a full buffer is an error (EFBIG) and never data.
  /// Costs three system calls and one allocation of `limit` bytes.
  public static func read(_ path: String, limit: Int = 65_536) throws(SystemCallError) -> [UInt8] {
    let descriptor = try Descriptor(opening: path)
    var failure: Errno?
    // SAFETY: the buffer has `limit` bytes and read(2) initialises as many as it returns.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      while true {
        let result = unsafe Glibc.read(descriptor.number, buffer.baseAddress, limit)
        if result >= 0 {
          count = result
          return
        }
        let errno = Errno.last
        if errno != .interrupted {
          failure = errno
          count = 0
          return
        }
      }
    }
    if let failure { throw SystemCallError("read", path, failure) }
    if bytes.count == limit { throw SystemCallError("read", path, .tooLarge) }
    return bytes
  }
}
