import Glibc
import Kernel

/// The directory of a ring: whoever can replace what is in it decides what readers get to see.
enum RingDirectory {
  /// Throws unless the directory of the ring at `path` is root's or our own, and others cannot write to it, or
  /// only add files of their own (sticky, as /tmp). One that cannot be looked at is left to the next call.
  static func check(ofRing path: String) throws(RingError) {
    var status = stat()
    // SAFETY: the string lives for the call and the kernel fills the struct.
    guard unsafe stat(parent(of: path), &status) == 0 else { return }
    let user = geteuid()
    if status.st_uid != 0, status.st_uid != user {
      throw RingError(path, .foreignDirectory(owner: status.st_uid, user: user))
    }
    if status.st_mode & (S_IWGRP | S_IWOTH) != 0, status.st_mode & S_ISVTX == 0 {
      throw RingError(path, .openDirectory(mode: status.st_mode & 0o7777))
    }
  }

  /// "/run/ullage" of "/run/ullage/host.ring", "/" of "/ring", "." of "ring".
  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
