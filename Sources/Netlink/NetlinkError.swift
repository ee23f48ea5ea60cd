public import Kernel

/// A conversation with the kernel that failed: what was tried and what came back.
public struct NetlinkError: Error, Hashable, Sendable {
  /// What came back.
  public enum Cause: Hashable, Sendable {
    /// A system call on the socket failed.
    case system(Errno)
    /// The kernel answered with an error, in NLMSG_ERROR or inside NLMSG_DONE, and may have said why.
    case kernel(Errno, words: String?)
    /// A datagram whose lengths contradict each other.
    case frame(FrameError)
    /// A datagram that was longer than the receive buffer; its rest is lost.
    case truncated(capacity: Int)
    /// A reply for another socket.
    case foreignPort(expected: UInt32, got: UInt32)
    /// A reply to another request.
    case foreignSequence(expected: UInt32, got: UInt32)
    /// A message of a type that does not belong into this conversation.
    case unexpectedType(UInt16)
    /// The kernel did not answer in time.
    case timedOut(seconds: Int)
  }

  /// What was tried, as a phrase: "dump tcp sockets".
  public let operation: String
  /// What came back.
  public let cause: Cause

  /// The failure of `operation`.
  public init(_ operation: String, _ cause: Cause) {
    self.operation = operation
    self.cause = cause
  }

  /// The errno, if one came back.
  public var errno: Errno? {
    switch cause {
    case .system(let errno), .kernel(let errno, words: _): errno
    default: nil
    }
  }
}

extension NetlinkError: CustomStringConvertible {
  /// "cannot dump udp sockets: the kernel says no such file or directory (ENOENT 2)".
  public var description: String { "cannot \(operation): \(cause)" }
}

extension NetlinkError.Cause: CustomStringConvertible {
  /// What came back, in words.
  public var description: String {
    switch self {
    case .system(let errno): "\(errno)"
    case .kernel(let errno, let words): "the kernel says \(errno)\(words.map { ": \($0)" } ?? "")"
    case .frame(let error): "malformed reply, \(error)"
    case .truncated(let capacity): "a reply was longer than the \(capacity) byte buffer"
    case .foreignPort(let expected, let got): "a reply for port id \(got) came to \(expected)"
    case .foreignSequence(let expected, let got):
      "a reply to request \(got) came in answer to \(expected)"
    case .unexpectedType(let type): "a message of type \(type) does not belong here"
    case .timedOut(let seconds): "the kernel did not answer within \(seconds) s"
    }
  }
}
