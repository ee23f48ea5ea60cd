/// The mounts that this process sees: /proc/self/mountinfo.
public enum MountTable {
  /// The file's lines' bytes, read to the end: each read(2) of it gives a page at most.
  ///
  /// At most `limit` bytes, beyond which it is an error (EFBIG): a cut table hides mounts.
  public static func read(limit: Int = 16_777_216) throws(SystemCallError) -> [UInt8] {
    try KernelFile.readWhole("/proc/self/mountinfo", limit: limit)
  }
}
