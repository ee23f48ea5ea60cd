/// A system call that failed: what was tried, on what, what came back.
public struct SystemCallError: Error, Hashable, Sendable {
  /// What was tried, as a verb: "open", "setns", "read".
  public let operation: String
  /// What it was tried on: a path, "network namespace web", "socket".
  public let subject: String
  /// What came back.
  public let errno: Errno

  /// The failure of `operation` on `subject`.
  public init(_ operation: String, _ subject: String, _ errno: Errno) {
    self.operation = operation
    self.subject = subject
    self.errno = errno
  }
}

extension SystemCallError: CustomStringConvertible {
  /// "cannot open /run/netns/web: no such file or directory (ENOENT 2)".
  public var description: String { "cannot \(operation) \(subject): \(errno)" }
}
