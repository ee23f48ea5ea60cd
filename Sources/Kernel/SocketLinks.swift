internal import CKernel
import Glibc

/// Reads which of a process's descriptors are sockets: /proc/PID/fd, with buffers that are made once.
///
/// A process is a table of descriptors, which its threads share; one that unshared its own
/// (CLONE_FILES) is not looked into. Processes that end meanwhile give what was read until then.
/// Needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for processes of others.
@safe
public struct SocketLinks: ~Copyable {
  private var entries: [UInt64]
  private var inodes: [UInt32]

  /// A reader with buffers of 38 KB.
  public init() {
    entries = Array(repeating: 0, count: 4096)
    // The shortest entry has 24 bytes.
    inodes = Array(repeating: 0, count: 4096 * 8 / 24 + 1)
  }

  /// Calls `body` with the inodes of the sockets that `process` holds, a part at a time: each as often as
  /// there are descriptors of it. Returns the number of links read.
  ///
  /// Costs three system calls and about 1.7 µs a link. Throws what opening says: EACCES, ENOENT.
  public mutating func read(
    _ process: Int32, _ body: (Span<UInt32>) -> Void
  ) throws(SystemCallError) -> Int {
    let directory = try Self.open(process)
    var total = 0
    while true {
      var found = 0
      // SAFETY: both arrays live for the call, with the lengths that are given, and nobody else has them.
      let links = unsafe CKernel_next_sockets(
        directory.number, &entries, entries.count * 8, &inodes, inodes.count, &found)
      // An error after the first part is the end of the process.
      if links <= 0 { return total }
      total += links
      body(inodes.span.extracting(0..<min(found, inodes.count)))
    }
  }

  /// Looks at descriptors of `process` by number, as many as `numbers` gives until it gives nil, and
  /// calls `body` with the inode of each that is there; nil for what is no socket.
  ///
  /// Costs a system call a number, two for what is no socket.
  public mutating func probe(
    _ process: Int32, _ numbers: () -> UInt32?, _ body: (UInt32?) -> Void
  ) throws(SystemCallError) {
    let directory = try Self.open(process)
    while let number = numbers() {
      var inode: UInt32 = 0
      // SAFETY: the call writes one number into the variable.
      let result = unsafe CKernel_socket_at(directory.number, number, &inode)
      if result >= 0 { body(result > 0 ? inode : nil) }
    }
  }

  private static func open(_ process: Int32) throws(SystemCallError) -> Descriptor {
    try Descriptor(opening: "/proc/\(process)/fd", flags: O_RDONLY | O_DIRECTORY)
  }
}
