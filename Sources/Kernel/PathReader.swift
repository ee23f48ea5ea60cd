import Glibc

/// Reads many small files of procfs, one after the other, through one buffer, and keeps none open.
///
/// For files that the kernel makes in one piece (single_open(): sockstat, sockstat6), of which one read is
/// the whole. Costs three system calls a file and allocates nothing but the path.
public struct PathReader: ~Copyable, Sendable {
  private var buffer: [UInt8]

  /// A reader of files of less than `limit` bytes.
  public init(limit: Int = 16_384) { buffer = Array(repeating: 0, count: limit) }

  /// Reads the file at `path` and lends its bytes. A file that fills the buffer is an error (EFBIG).
  public mutating func read<Value>(
    _ path: String, _ body: (Span<UInt8>) -> Value
  ) throws(SystemCallError) -> Value {
    let descriptor = try Descriptor(opening: path)
    let limit = buffer.count
    while true {
      // SAFETY: the buffer has `limit` bytes and outlives the call.
      let result = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
        unsafe Glibc.read(descriptor.number, bytes.baseAddress, limit)
      }
      if result >= 0 {
        if result == limit { throw SystemCallError("read", path, .tooLarge) }
        return body(buffer.span.extracting(0..<result))
      }
      let errno = Errno.last
      if errno != .interrupted { throw SystemCallError("read", path, errno) }
    }
  }
}
