internal import CKernel
internal import Glibc

/// Where other programs of this user leave datagrams: a UNIX socket in a directory of its own, in which
/// nobody else can leave any. Both are gone with their owner.
public final class DatagramInbox {
  /// One datagram, and when it came.
  public struct Message: Hashable, Sendable {
    /// Its bytes, of which too many were cut.
    public var bytes: [UInt8]
    /// CLOCK_REALTIME nanoseconds; 0 where the kernel did not say.
    public var realtimeNanoseconds: UInt64
  }

  /// The socket.
  public let path: String
  private let directory: String
  private let descriptor: Descriptor
  private var buffer: [UInt8]

  /// Makes the directory below `parent`, and removes there what owners left that were killed. Datagrams longer
  /// than `byteCountMax` are cut. Throws what mkdtemp(3), socket(2) or bind(2) said.
  public init(in parent: String, byteCountMax: Int) throws(SystemCallError) {
    Self.sweep(parent)
    var template = Array("\(parent)/\(Self.ownPrefix)XXXXXX".utf8CString)
    // SAFETY: mkdtemp writes into the array, which ends with zero and lives for the call.
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemCallError("make a directory in", parent, Errno.last)
    }
    let directory = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let path = "\(directory)/\(Self.socketName)"
    // SAFETY: the string lives for the call.
    let number = unsafe CKernel_datagram_inbox(path)
    guard number >= 0 else {
      let error = SystemCallError("bind a socket to", path, Errno.last)
      Self.remove(path, directory)
      throw error
    }
    self.directory = directory
    self.path = path
    descriptor = Descriptor(owning: number)
    buffer = Array(repeating: 0, count: byteCountMax)
  }

  deinit { Self.remove(path, directory) }

  /// The next datagram; nil when there is none. Does not wait. One system call.
  public func next() -> Message? {
    var realtime: UInt64 = 0
    // SAFETY: the array lives for the call, and its count is its length.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe CKernel_next_datagram(descriptor.number, $0.baseAddress, $0.count, &realtime)
    }
    guard count >= 0 else { return nil }
    return Message(
      bytes: Array(buffer.prefix(count)), realtimeNanoseconds: realtime)
  }

  /// Sends one datagram to the inbox at `path`. Throws what sendto(2) said: ENOENT, ECONNREFUSED, EACCES, ….
  public static func send(_ bytes: [UInt8], to path: String) throws(SystemCallError) {
    try retrying("send to", path) {
      // SAFETY: the bytes and the terminated name live for the call.
      unsafe bytes.withUnsafeBytes { unsafe CKernel_send_datagram(path, $0.baseAddress, $0.count) }
    }
  }

  private static func remove(_ path: String, _ directory: String) {
    // SAFETY: the strings live for the calls.
    unsafe unlink(path)
    unsafe rmdir(directory)
  }
}
