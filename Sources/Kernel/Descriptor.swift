public import Glibc

/// The owner of one file descriptor: it is closed exactly once, when its owner ends.
@safe
public struct Descriptor: ~Copyable, Sendable {
  /// The number, valid as long as this value lives.
  public let number: Int32

  /// Takes over an open descriptor.
  public init(owning number: Int32) { self.number = number }

  /// Opens `path`, close-on-exec, again when a signal interrupts.
  public init(opening path: String, flags: Int32 = O_RDONLY) throws(SystemCallError) {
    number = try retrying("open", path) {
      // SAFETY: the string lives, terminated, for the length of the call.
      unsafe open(path, flags | O_CLOEXEC)
    }
  }

  deinit { close(number) }
}

/// Runs a call that returns -1 on failure until a signal no longer interrupts it.
@discardableResult
func retrying(
  _ operation: String, _ subject: @autoclosure () -> String, _ call: () -> Int32
) throws(SystemCallError) -> Int32 {
  while true {
    let result = call()
    if result >= 0 { return result }
    let errno = Errno.last
    if errno != .interrupted { throw SystemCallError(operation, subject(), errno) }
  }
}
