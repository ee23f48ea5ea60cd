import Glibc

extension KernelFile {
  /// The beginning of a file that the kernel makes as it is read: as much as one read(2) gives, `limit` bytes
  /// at most. What it says is cut off somewhere; for files whose first lines are wanted.
  ///
  /// Costs three system calls and one allocation of `limit` bytes.
  public static func readHead(_ path: String, limit: Int) throws(SystemCallError) -> [UInt8] {
    let descriptor = try Descriptor(opening: path)
    while true {
      var failure: Errno?
      // SAFETY: the buffer has `limit` bytes and read(2) initialises as many as it returns.
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        let result = unsafe Glibc.read(descriptor.number, buffer.baseAddress, limit)
        if result < 0 { failure = Errno.last }
        count = max(0, result)
      }
      guard let failure else { return bytes }
      if failure != .interrupted { throw SystemCallError("read", path, failure) }
    }
  }
}
