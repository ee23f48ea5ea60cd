internal import CKernel
import Glibc

/// Reads which of a process's descriptors are sockets: /proc/PID/fd, with a buffer that is made once.
///
/// A process is a table of descriptors, which its threads share; one that unshared its own
/// (CLONE_FILES) is not looked into. Processes that end meanwhile give what was read until then.
/// Needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for processes of others.
///
/// Links are read and nothing is opened or inspected: stat(2) of a file on a server that hangs would hang too, and
/// costs the same.
@safe
public struct SocketLinks: ~Copyable {
  private var inodes: [UInt32]

  /// A reader with a buffer of 16 KB.
  public init() { inodes = Array(repeating: 0, count: 4096) }

  /// Calls `body` with the inodes of the sockets that `process` holds under `numbers`, a part at a time: each as
  /// often as there are descriptors of it. Returns the number of links read.
  ///
  /// Costs about 1.3 µs a link, and 4 µs. Throws what opening says, or the first link: EACCES, ENOENT.
  public mutating func read(
    _ process: Int32, _ numbers: Range<UInt32> = 0..<UInt32(Int32.max),
    _ body: (Span<UInt32>) -> Void
  ) throws(SystemCallError) -> Int {
    let directory = try Self.open(process)
    var next = numbers.lowerBound
    var total = 0
    while next < numbers.upperBound {
      var found = 0
      // SAFETY: the array lives for the call, with the length that is given, and nobody else has it.
      let links = unsafe CKernel_next_sockets(
        directory.number, &next, numbers.upperBound, &inodes, inodes.count, &found)
      let errno = Errno.last
      body(inodes.span.extracting(0..<min(found, inodes.count)))
      guard links >= 0 else {
        // After the first part an error is the end of the process, but for one that may not be looked into.
        guard total == 0 || errno == .permissionDenied else { return total }
        throw SystemCallError("read links in", "/proc/\(process)/fd", errno)
      }
      total += links
    }
    return total
  }

  /// Looks at descriptors of `process` by number, as many as `numbers` gives until it gives nil, and
  /// calls `body` with the inode of each that is there; nil for what is no socket.
  ///
  /// Costs a system call a number.
  public mutating func probe(
    _ process: Int32, _ numbers: () -> UInt32?, _ body: (UInt32?) -> Void
  ) throws(SystemCallError) {
    let directory = try Self.open(process)
    while let number = numbers() {
      var inode: UInt32 = 0
      // SAFETY: the call writes one number into the variable.
      let result = unsafe CKernel_socket_at(directory.number, number, &inode)
      if result >= 0 {
        body(result > 0 ? inode : nil)
      } else if case let errno = Errno.last, errno == .permissionDenied {
        throw SystemCallError("read links in", "/proc/\(process)/fd", errno)
      }
    }
  }

  private static func open(_ process: Int32) throws(SystemCallError) -> Descriptor {
    try Descriptor(opening: "/proc/\(process)/fd", flags: O_RDONLY | O_DIRECTORY)
  }
}
