internal import CKernel

/// An error number of the kernel, as a value that knows its name.
public struct Errno: Error, Hashable, Sendable, RawRepresentable {
  /// The number, positive: 13 for EACCES.
  public let rawValue: Int32

  /// The error with this number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// EPERM 1: the caller lacks a privilege.
  public static let notPermitted = Errno(rawValue: 1)
  /// ENOENT 2: no such file; from sock_diag: no handler for this family or protocol.
  public static let noEntry = Errno(rawValue: 2)
  /// ESRCH 3: no such process.
  public static let noProcess = Errno(rawValue: 3)
  /// EINTR 4: a signal came first.
  public static let interrupted = Errno(rawValue: 4)
  /// EAGAIN 11: nothing there now; from UDP connect(): no port left.
  public static let again = Errno(rawValue: 11)
  /// EACCES 13: permission denied.
  public static let permissionDenied = Errno(rawValue: 13)
  /// EBUSY 16: from netlink: a dump is already running on this socket.
  public static let busy = Errno(rawValue: 16)
  /// EEXIST 17: it is there already.
  public static let exists = Errno(rawValue: 17)
  /// ENODEV 19: no such device; from perf_event_open: the processor does not run.
  public static let noDevice = Errno(rawValue: 19)
  /// ENOTDIR 20: something on the way to a file is no directory.
  public static let notDirectory = Errno(rawValue: 20)
  /// EINVAL 22: the argument makes no sense to the kernel.
  public static let invalid = Errno(rawValue: 22)
  /// EFBIG 27: more than the caller allowed for.
  public static let tooLarge = Errno(rawValue: 27)
  /// ENOSPC 28: the disk is full; from libmnl: a datagram was longer than the buffer.
  public static let noSpace = Errno(rawValue: 28)
  /// EROFS 30: the file system is mounted read-only.
  public static let readOnly = Errno(rawValue: 30)
  /// EPIPE 32: the reader has gone.
  public static let brokenPipe = Errno(rawValue: 32)
  /// ENOPROTOOPT 92: the kernel does not know this socket option.
  public static let unknownOption = Errno(rawValue: 92)
  /// EPROTONOSUPPORT 93: the netlink family is not in this kernel.
  public static let protocolNotSupported = Errno(rawValue: 93)
  /// EOPNOTSUPP 95: the request type has no handler.
  public static let notSupported = Errno(rawValue: 95)
  /// EADDRINUSE 98: from bind(): the port is taken, or none is left.
  public static let addressInUse = Errno(rawValue: 98)
  /// EADDRNOTAVAIL 99: from connect(): no port left; from bind(): not an address of this host.
  public static let addressNotAvailable = Errno(rawValue: 99)
  /// ENETUNREACH 101: no route.
  public static let networkUnreachable = Errno(rawValue: 101)
  /// ENOBUFS 105: a receive queue overflowed, or the kernel had no memory for a batch.
  public static let noBufferSpace = Errno(rawValue: 105)
  /// ECONNREFUSED: nobody listens there.
  public static let connectionRefused = Errno(rawValue: 111)
  /// EHOSTUNREACH 113: a route that says so.
  public static let hostUnreachable = Errno(rawValue: 113)

  /// ESTALE 116: a handle of something that is gone.
  public static let stale = Errno(rawValue: 116)

  /// The errno of the calling thread. Read it at once after the failing call.
  public static var last: Errno { Errno(rawValue: CKernel_errno()) }

  /// "EACCES", or "errno 4711" for a number that the C library does not know.
  public var name: String {
    // SAFETY: strerrorname_np returns NULL or a constant string of the C library.
    guard let text = unsafe CKernel_strerrorname(rawValue) else { return "errno \(rawValue)" }
    return unsafe String(cString: text)
  }

  /// "permission denied": the C library's words, in lower case as our messages are, but for
  /// abbreviations ("RFS specific error").
  public var words: String {
    // SAFETY: strerrordesc_np returns NULL or a constant string of the C library.
    guard let pointer = unsafe CKernel_strerrordesc(rawValue) else { return "unknown error" }
    let text = unsafe String(cString: pointer)
    guard text.dropFirst().first?.isLowercase == true else { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension Errno: CustomStringConvertible {
  /// "permission denied (EACCES 13)".
  public var description: String { "\(words) (\(name) \(rawValue))" }
}
