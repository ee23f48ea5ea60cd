import Glibc

/// A file of procfs that is read again and again: opened once, each read from its beginning.
///
/// A read costs one system call and no allocation, so it is for files that the kernel makes in one piece
/// (single_open(): sockstat, snmp, netstat); of others, such as net/tcp, a read gives a page. A file under /proc/…/net keeps the network
/// namespace alive in which it was opened, for as long as this value lives.
public struct RereadFile: ~Copyable, Sendable {
  /// The file's path.
  public let path: String
  private let descriptor: Descriptor
  private var buffer: [UInt8]

  /// Opens `path` for files of at most `limit` bytes.
  public init(_ path: String, limit: Int = 16_384) throws(SystemCallError) {
    self.path = path
    descriptor = try Descriptor(opening: path)
    buffer = Array(repeating: 0, count: limit)
  }

  /// Reads the file anew and lends its bytes. A file that fills the buffer is an error (EFBIG): it may
  /// have been cut.
  public mutating func read<Value>(
    _ body: (Span<UInt8>) -> Value
  ) throws(SystemCallError) -> Value {
    let limit = buffer.count, number = descriptor.number
    while true {
      // SAFETY: the buffer has `limit` bytes and outlives the call.
      let result = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
        unsafe pread(number, bytes.baseAddress, limit, 0)
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
