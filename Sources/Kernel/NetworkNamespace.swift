internal import CKernel
import Glibc

/// A network namespace held open by a descriptor. Holding it keeps the namespace alive: end it soon.
public final class NetworkNamespace: Sendable {
  /// Where it was opened: "/run/netns/web", "/proc/812/ns/net".
  public let path: String
  /// The inode of the namespace in nsfs. Numbers are reused after a namespace has gone.
  public let inode: UInt64
  private let descriptor: Descriptor

  /// Opens the namespace file at `path`.
  public init(path: String) throws(SystemCallError) {
    descriptor = try Descriptor(opening: path)
    self.path = path
    inode = try Self.inode(of: descriptor.number, path)
  }

  /// Where `ip netns` keeps the namespaces that have names.
  public static let directory = "/run/netns"

  /// The namespace of the calling thread.
  public static func current() throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  /// A namespace by the name that `ip netns` gave it.
  public static func named(_ name: String) throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: "\(directory)/\(name)")
  }

  /// The namespace of a process.
  public static func ofProcess(_ pid: Int32) throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/\(pid)/ns/net")
  }

  /// The namespace's cookie, unique per boot and never reused, without going inside; nil before Linux
  /// 6.18, where a socket inside tells it (`networkNamespaceCookie(ofSocket:)`).
  ///
  /// Source: fs/nsfs.c, NS_GET_ID.
  public var cookie: UInt64? {
    var id: UInt64 = 0
    // SAFETY: the kernel writes 8 bytes into the variable.
    guard unsafe CKernel_namespace_id(descriptor.number, &id) == 0 else { return nil }
    return id
  }

  /// Moves the calling thread into this namespace for good. Needs CAP_SYS_ADMIN over it.
  public func enter() throws(SystemCallError) {
    try retrying("enter", "network namespace \(path)") { CKernel_setns_net(descriptor.number) }
  }

  /// The inode behind `path` without keeping it open; nil when it cannot be seen.
  public static func inode(at path: String) -> UInt64? {
    var status = stat()
    // SAFETY: the string lives for the call and the kernel fills the struct.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return UInt64(status.st_ino)
  }

  private static func inode(of descriptor: Int32, _ path: String) throws(SystemCallError) -> UInt64
  {
    var status = stat()
    try retrying("inspect", path) {
      // SAFETY: the kernel fills the struct.
      unsafe fstat(descriptor, &status)
    }
    return UInt64(status.st_ino)
  }
}

extension NetworkNamespace {
  /// The cookie of the calling thread's namespace, by a socket that is made for it and closed; nil before
  /// Linux 5.14.
  public static func currentCookie() -> UInt64? {
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return nil }
    let owner = Descriptor(owning: number)
    let cookie = networkNamespaceCookie(ofSocket: owner.number)
    // Not closed before it was asked.
    _ = consume owner
    return cookie
  }
}

/// The cookie of the namespace that a socket lives in: unique per boot, never reused (5.14).
///
/// Source: net/core/sock.c, SO_NETNS_COOKIE. Nil where the kernel does not tell.
public func networkNamespaceCookie(ofSocket descriptor: Int32) -> UInt64? {
  var cookie: UInt64 = 0
  // SAFETY: the kernel writes 8 bytes into the variable.
  guard unsafe CKernel_netns_cookie(descriptor, &cookie) == 0 else { return nil }
  return cookie
}
