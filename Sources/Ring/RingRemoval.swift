internal import Kernel

/// Removes rings that nobody writes any more.
public enum RingRemoval {
  /// Removes the ring at `path`, what a writer has kept beside it, and its lock; whether it did. Not while
  /// somebody writes it, nor from a directory in which others could replace it.
  public static func remove(_ path: String) -> Bool {
    do throws(RingError) {
      try RingDirectory.check(ofRing: path)
      let lock = try RingLock(ring: path)
      // The lock last: until then no other writer begins.
      for suffix in suffixes { File.remove(path + suffix) }
      _ = consume lock
      return true
    } catch {
      return false
    }
  }

  /// What is behind a ring's name in the names of its files, the lock's last.
  public static let suffixes = ["", ".new", ".old", ".lock"]
}
