import Glibc

extension KernelFile {
  /// The whole of `path`, read to its end: for files of which the kernel makes one record after the other
  /// (seq_file: mountinfo, /proc/net/stat, the format of a tracepoint), where each read(2) gives a page at most.
  ///
  /// At most `limit` bytes, beyond which it is an error (EFBIG): a file that is cut says what is not so. Costs
  /// three system calls, and one more for each page.
  public static func readWhole(
    _ path: String, limit: Int = 1_048_576
  ) throws(SystemCallError) -> [UInt8] {
    let descriptor = try Descriptor(opening: path)
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let capacity = part.count
      // SAFETY: the part has `capacity` bytes and outlives the call.
      let result = unsafe part.withUnsafeMutableBufferPointer { part in
        unsafe Glibc.read(descriptor.number, part.baseAddress, capacity)
      }
      if result == 0 { return bytes }
      if result > 0 {
        bytes += part[..<result]
        if bytes.count > limit { throw SystemCallError("read", path, .tooLarge) }
        continue
      }
      let errno = Errno.last
      if errno != .interrupted { throw SystemCallError("read", path, errno) }
    }
  }
}
