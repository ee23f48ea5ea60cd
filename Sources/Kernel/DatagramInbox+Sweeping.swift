internal import CKernel
import Glibc

extension DatagramInbox {
  /// The prefix of the directories of this process: "ullage-812-".
  static var ownPrefix: String { "ullage-\(Credentials.processID)-" }

  /// Removes what owners left in `parent` that were killed: directories of this user whose name has the pid of a
  /// process that is gone, and in which nobody takes datagrams. Whatever else is there, or in them, stays.
  static func sweep(_ parent: String) {
    for name in (try? Directory.names(in: parent)) ?? [] {
      let words = name.split(separator: "-", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "ullage", words[2].utf8.count == 6,
        let pid = Int32(words[1]), pid > 0, "\(pid)" == words[1], kill(pid, 0) < 0,
        Errno.last == .noProcess
      else { continue }
      sweep(directory: "\(parent)/\(name)")
    }
  }

  private static func sweep(directory path: String) {
    // No link is followed, and what was looked at is what is swept.
    guard
      let directory = try? Descriptor(
        opening: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
    else { return }
    var status = stat()
    // SAFETY: the kernel fills the struct.
    guard unsafe fstat(directory.number, &status) == 0, status.st_uid == geteuid() else { return }
    // The pid may be of another namespace of pids, whose process is about to bind its socket.
    let now = Clock.realtimeNanoseconds() / 1_000_000_000
    guard UInt64(max(0, status.st_mtim.tv_sec)) &+ sweepSeconds < now else { return }
    // SAFETY: the string lives for the call and the kernel fills the struct.
    if unsafe fstatat(directory.number, socketName, &status, AT_SYMLINK_NOFOLLOW) == 0 {
      guard status.st_mode & S_IFMT == S_IFSOCK, isDead(directory) else { return }
      // SAFETY: the string lives for the call.
      unsafe unlinkat(directory.number, socketName, 0)
    }
    // SAFETY: the string lives for the call; only an empty directory is removed.
    unsafe rmdir(path)
  }

  /// Whether nobody listens to the socket any more.
  private static func isDead(_ directory: borrowing Descriptor) -> Bool {
    do throws(SystemCallError) {
      // An empty one means nothing to an owner that takes it.
      try send([], to: "/proc/self/fd/\(directory.number)/\(socketName)")
      return false
    } catch {
      return error.errno == .connectionRefused
    }
  }

  /// The socket's name in its directory.
  static var socketName: String { "recorder" }

  private static var sweepSeconds: UInt64 { 10 }
}
