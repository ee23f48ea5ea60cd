public import Kernel

/// Who writes a ring, about which namespace of which host and boot.
public struct RingIdentity: Hashable, Sendable {
  /// The boot during which the writer started.
  public var bootID: BootID
  /// The cookie of the network namespace, unique per boot; 0 where the kernel does not tell.
  public var namespaceCookie: UInt64
  /// The inode of the network namespace; 0 if unknown.
  public var namespaceInode: UInt64
  /// The name of the network namespace, empty for the host's own. Cut to 64 bytes of UTF-8.
  public var namespaceName: String
  /// The host's name. Cut to 64 bytes of UTF-8.
  public var hostName: String
  /// The writer's process id, in its own pid namespace.
  public var writerPID: Int32
  /// When the writer started, CLOCK_REALTIME in nanoseconds.
  public var writerStartRealtimeNanoseconds: UInt64
  /// How often it means to publish, in nanoseconds.
  public var intervalNanoseconds: UInt64

  /// An identity of these parts.
  public init(
    bootID: BootID, namespaceCookie: UInt64, namespaceInode: UInt64, namespaceName: String,
    hostName: String, writerPID: Int32, writerStartRealtimeNanoseconds: UInt64,
    intervalNanoseconds: UInt64
  ) {
    self.bootID = bootID
    self.namespaceCookie = namespaceCookie
    self.namespaceInode = namespaceInode
    self.namespaceName = namespaceName
    self.hostName = hostName
    self.writerPID = writerPID
    self.writerStartRealtimeNanoseconds = writerStartRealtimeNanoseconds
    self.intervalNanoseconds = intervalNanoseconds
  }
}

extension RingIdentity {
  /// Whether `other` can be about the same network namespace.
  ///
  /// A cookie is never given twice within a boot; an inode is, so it counts only where a kernel tells no
  /// cookie. Neither says anything of another boot, in which the file's name is all there is.
  func mayShareNamespace(with other: RingIdentity) -> Bool {
    guard bootID == other.bootID else { return true }
    if namespaceCookie != 0, other.namespaceCookie != 0 {
      return namespaceCookie == other.namespaceCookie
    }
    return namespaceInode == other.namespaceInode || namespaceInode == 0
      || other.namespaceInode == 0
  }
}
