internal import Kernel

/// Who a thread is: its name, and its network namespace, as procfs says now.
///
/// A thread can be looked up only while it lives, so some time after the event it is asked for. What
/// could then be somebody else's is not told: a number that was given to a thread that began after the event,
/// and kernel threads, which connect sockets of other namespaces than theirs (NFS, MPTCP).
struct ThreadOrigin: Equatable {
  let processID: Int32
  let command: String
  let namespaceInode: UInt64
  let isOwnNamespace: Bool
  /// When the thread began: CLOCK_BOOTTIME nanoseconds, not later than it did.
  let startedAtBoot: UInt64

  /// The counting thread's namespace, by which others are recognised.
  struct Home: Equatable {
    /// Its inode in nsfs.
    let namespaceInode: UInt64
    /// The inode of a file of its /proc/net, which is another one in each namespace.
    ///
    /// /proc/TID/ns/net tells only those who may trace the thread (CAP_SYS_PTRACE for other users'); this one
    /// tells everybody whether a thread is in our own. Source: fs/proc/proc_net.c.
    let fileInode: UInt64?

    /// The calling thread's.
    init?() {
      guard let inode = NetworkNamespace.inode(at: "/proc/thread-self/ns/net") else { return nil }
      namespaceInode = inode
      fileInode = NetworkNamespace.inode(at: "/proc/thread-self/net/sockstat")
    }
  }

  /// The process of a thread, by Tgid in its status; nil when it has gone. Three system calls.
  static func process(of thread: Int32) -> Int32? {
    guard thread > 0, let status = try? KernelFile.read("/proc/\(thread)/status", limit: 16_384)
    else { return nil }
    let line = KernelText.lines(status).first { $0.hasPrefix("Tgid:") }
    return line.flatMap { $0.split(whereSeparator: \.isWhitespace).last }.flatMap { Int32($0) }
  }

  /// Looks a thread up: three system calls and an inode or two, about 15 µs. Nil when it has gone, is the
  /// kernel's, or its namespace may not be known.
  init?(process: Int32, thread: Int32, home: Home) {
    guard process > 0, thread > 0 else { return nil }
    let directory = "/proc/\(process)/task/\(thread)"
    guard let bytes = try? KernelFile.read("\(directory)/stat", limit: 2048),
      let stat = ThreadStat(bytes), !stat.isKernelThread
    else { return nil }
    if let inode = NetworkNamespace.inode(at: "\(directory)/ns/net") {
      namespaceInode = inode
      isOwnNamespace = inode == home.namespaceInode
    } else if let own = home.fileInode,
      NetworkNamespace.inode(at: "\(directory)/net/sockstat") == own
    {
      namespaceInode = home.namespaceInode
      isOwnNamespace = true
    } else {
      return nil
    }
    processID = process
    command = stat.command
    startedAtBoot =
      stat.startTicks.multipliedReportingOverflow(
        by: 1_000_000_000 / Machine.clockTicksPerSecond
      ).partialValue
  }
}

/// What /proc/PID/task/TID/stat says of a thread: "812 (haproxy) S 1 812 ... flags ... starttime ...".
///
/// Source: fs/proc/array.c, do_task_stat().
struct ThreadStat: Equatable {
  let command: String
  let isKernelThread: Bool
  let startTicks: UInt64

  /// Nil when it is not such a line. The name may hold blanks and parentheses: it ends at the last one.
  init?(_ bytes: [UInt8]) {
    guard let open = bytes.firstIndex(of: 0x28), let close = bytes.lastIndex(of: 0x29), open < close
    else { return nil }
    let words = bytes[(close + 1)...].split(separator: 0x20)
    // Behind the name the third field is the first word: flags is the 9th, starttime the 22nd.
    guard words.count >= 20, let flags = Self.number(words[6]), let start = Self.number(words[19])
    else { return nil }
    command = Self.printable(bytes[(open + 1)..<close])
    isKernelThread = flags & Self.kernelThread != 0
    startTicks = start
  }

  /// A thread may call itself what it likes, with control characters too.
  private static func printable(_ name: ArraySlice<UInt8>) -> String {
    String(
      String(decoding: name, as: UTF8.self).map { character in
        character.unicodeScalars.contains { $0.properties.generalCategory == .control }
          ? "?" : character
      })
  }

  /// PF_KTHREAD of include/linux/sched.h.
  private static var kernelThread: UInt64 { 0x0020_0000 }

  private static func number(_ word: ArraySlice<UInt8>) -> UInt64? {
    UInt64(String(decoding: word, as: UTF8.self))
  }
}
