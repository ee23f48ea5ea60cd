internal import CKernel
import Glibc
import Kernel

/// The right to write a ring: an exclusive lock on `<path>.lock`, as long as this value lives.
///
/// A file beside the ring, readable by its owner alone: whoever may read the ring could otherwise lock it
/// and keep the writer out. It holds the writer's pid, and stays, unless `RingRemoval` takes it away with the
/// ring, holding it: whoever locked a file that has lost its name asks for the one that has it now.
struct RingLock: ~Copyable {
  private let descriptor: Descriptor

  /// Takes the lock for the ring at `ring`, or throws `locked` with the pid of who has it.
  init(ring: String) throws(RingError) {
    let path = "\(ring).lock"
    var locked = try Self.locked(path, ring)
    while !Self.has(path, locked.number) { locked = try Self.locked(path, ring) }
    let number = locked.number, text = Array("\(getpid())\n".utf8)
    // SAFETY: the array lives for the call.
    guard ftruncate(number, 0) == 0, unsafe pwrite(number, text, text.count, 0) == text.count else {
      throw RingError(ring, .failed(SystemCallError("write", path, Errno.last)))
    }
    descriptor = locked
  }

  /// The file at `path`, made if need be, and locked.
  private static func locked(_ path: String, _ ring: String) throws(RingError) -> Descriptor {
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    var number: Int32 = -1
    repeat {
      // SAFETY: the string lives for the call; open(2) takes a mode with O_CREAT.
      number = unsafe open(path, flags, 0o600)
    } while number < 0 && Errno.last == .interrupted
    guard number >= 0 else {
      throw RingError(ring, .failed(SystemCallError("open", path, Errno.last)))
    }
    let descriptor = Descriptor(owning: number)
    while CKernel_lock_exclusively(number) != 0 {
      let errno = Errno.last
      if errno == .interrupted { continue }
      if errno == .again { throw RingError(ring, .locked(pid: Self.pid(in: number))) }
      throw RingError(ring, .failed(SystemCallError("lock", path, errno)))
    }
    return descriptor
  }

  /// Whether the file of a descriptor is the one at `path` still.
  private static func has(_ path: String, _ number: Int32) -> Bool {
    var named = stat(), held = stat()
    // SAFETY: the string and the structs live for the calls.
    return unsafe fstat(number, &held) == 0 && lstat(path, &named) == 0
      && named.st_dev == held.st_dev && named.st_ino == held.st_ino
  }

  /// Closing is not enough: a child that is just being started has a copy of the descriptor until its exec.
  deinit { _ = CKernel_unlock(descriptor.number) }

  /// The pid in the lock file; 0 if none stands there, or not yet.
  private static func pid(in descriptor: Int32) -> Int32 {
    var text = [UInt8](repeating: 0, count: 16)
    // SAFETY: the kernel writes at most as many bytes as the array has.
    let count = unsafe pread(descriptor, &text, text.count, 0)
    let digits = text.prefix(max(0, count)).prefix { (48...57).contains($0) }
    return Int32(String(decoding: digits, as: UTF8.self)) ?? 0
  }
}
