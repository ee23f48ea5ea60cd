import Glibc

/// A file that gives what has come since it was read last, piece by piece, and never waits for more: the
/// pipes of tracefs.
public struct PipeFile: ~Copyable, Sendable {
  private let path: String
  private let descriptor: Descriptor
  private var buffer: [UInt8]

  /// Opens `path`, whose pieces have at most `limit` bytes.
  public init(_ path: String, limit: Int = 65_536) throws(SystemCallError) {
    self.path = path
    descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
    buffer = Array(repeating: 0, count: limit)
  }

  /// Lends the next piece; nil when there is none now. One system call.
  public mutating func next<Value>(
    _ body: (Span<UInt8>) -> Value
  ) throws(SystemCallError) -> Value? {
    let limit = buffer.count, number = descriptor.number
    while true {
      // SAFETY: the buffer has `limit` bytes and outlives the call.
      let result = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
        unsafe read(number, bytes.baseAddress, limit)
      }
      if result > 0 { return body(buffer.span.extracting(0..<result)) }
      if result == 0 { return nil }
      switch Errno.last {
      case .interrupted: continue
      case .again: return nil
      case let errno: throw SystemCallError("read", path, errno)
      }
    }
  }
}
