import Glibc

extension KernelFile {
  /// The beginning of a file that the kernel makes as it is read, up to and with the first line that begins
  /// with `line`: for what stands early in a long file. All of the file where it has no such line, and no
  /// more than `limit` bytes.
  ///
  /// Costs two system calls and one for each page, and one allocation of `limit` bytes.
  public static func readHead(
    _ path: String, throughLine line: String, limit: Int
  ) throws(SystemCallError) -> [UInt8] {
    let descriptor = try Descriptor(opening: path)
    let wanted = Array("\n\(line)".utf8)
    var bytes = [UInt8](repeating: 0, count: limit), count = 0, searched = 0
    while count < limit {
      // SAFETY: `count` bytes are there already, and the buffer has room for `limit` - `count` more.
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor.number, buffer.baseAddress?.advanced(by: count), limit - count)
      }
      if result == 0 { break }
      guard result > 0 else {
        let errno = Errno.last
        if errno == .interrupted { continue }
        throw SystemCallError("read", path, errno)
      }
      count += result
      // The line must be there to its end.
      while searched + wanted.count <= count {
        if bytes[searched..<searched + wanted.count].elementsEqual(wanted) {
          if bytes[(searched + 1)..<count].contains(UInt8(ascii: "\n")) {
            return Array(bytes[0..<count])
          }
          break
        }
        searched += 1
      }
    }
    return Array(bytes[0..<count])
  }
}
