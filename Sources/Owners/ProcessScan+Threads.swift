internal import Kernel

/// Processes whose first thread has ended while others go on: /proc/PID/fd has nothing then, although the others
/// have all descriptors that there were.
extension ProcessScan {
  /// A thread that tells the descriptors of its process.
  struct LivingThread {
    var id: Int32
    /// The number of its descriptors; nil before Linux 6.2.
    var descriptorCount: Int?
  }

  /// The first thread of `process` that lives, where its first one does not; nil where the first one does, or there
  /// is no other, as with kernel threads.
  ///
  /// One system call for a process of one thread; before 6.2, three more for each that has several.
  static func livingThread(of process: Int32) throws(SystemCallError) -> LivingThread? {
    let folder = "/proc/\(process)/task"
    // Its own two names, and one for each thread.
    guard try FileStatus(of: folder).linkCount > 3, hasEnded(process) else { return nil }
    let countsDescriptors = KernelVersion.running() >= KernelVersion(6, 2)
    for id in try Directory.names(in: folder).compactMap({ Int32($0) }).sorted() where id != process
    {
      // /proc lists no threads, and has them all the same.
      guard let status = try? FileStatus(of: "/proc/\(id)/fd"), !hasEnded(id) else { continue }
      return LivingThread(id: id, descriptorCount: countsDescriptors ? status.byteCount : nil)
    }
    return nil
  }

  /// Whether a thread is no more than its number: "812 (nginx) Z 1 …", with whatever in the brackets.
  private static func hasEnded(_ thread: Int32) -> Bool {
    guard let bytes = try? KernelFile.read("/proc/\(thread)/stat", limit: 4096),
      let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return true }
    return bytes.dropFirst(bracket + 2).first.map { "ZX".utf8.contains($0) } ?? true
  }
}
