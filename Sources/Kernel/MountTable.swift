import Glibc

/// The mounts that this process sees: /proc/self/mountinfo.
public enum MountTable {
  /// The file's lines' bytes, read to the end: each read(2) of it gives a page at most.
  ///
  /// At most `limit` bytes, beyond which it is an error (EFBIG): a cut table hides mounts.
  public static func read(limit: Int = 16_777_216) throws(SystemCallError) -> [UInt8] {
    let path = "/proc/self/mountinfo"
    let descriptor = try Descriptor(opening: path)
    var bytes: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 65_536)
    while true {
      let capacity = page.count
      // SAFETY: the page has `capacity` bytes and outlives the call.
      let result = unsafe page.withUnsafeMutableBufferPointer { page in
        unsafe Glibc.read(descriptor.number, page.baseAddress, capacity)
      }
      if result == 0 { return bytes }
      if result > 0 {
        bytes += page[..<result]
        if bytes.count > limit { throw SystemCallError("read", path, .tooLarge) }
        continue
      }
      let errno = Errno.last
      if errno != .interrupted { throw SystemCallError("read", path, errno) }
    }
  }
}
