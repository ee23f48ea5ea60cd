/// How a namespace is called and recognised.
public struct NamespaceIdentity: Hashable, Sendable {
  /// "host", the name that `ip netns` gave it, "pid:812" or "netns:4026532200".
  public var name: String
  /// The inode in nsfs.
  public var inode: UInt64
  /// The cookie; nil where the kernel does not tell.
  public var cookie: UInt64?
  /// Whether the name is a guess, because pid 1's namespace may not be looked at.
  public var isAssumed = false

  /// The identity given.
  public init(name: String, inode: UInt64, cookie: UInt64? = nil) {
    self.name = name
    self.inode = inode
    self.cookie = cookie
  }

  /// The calling thread's namespace: "host" if it is that of pid 1, else its name or its inode.
  public static func current() throws(SystemCallError) -> NamespaceIdentity {
    let namespace = try NetworkNamespace.current()
    let inode = namespace.inode
    var identity = NamespaceIdentity(
      name: "host", inode: inode, cookie: namespace.cookie ?? NetworkNamespace.currentCookie())
    if KernelVersion.running().has(.namesInitialNamespace) {
      if inode != initialNamespaceInode {
        identity.name = registeredName(inode) ?? "netns:\(inode)"
      }
    } else if let host = NetworkNamespace.inode(at: "/proc/1/ns/net") {
      if host != inode { identity.name = registeredName(inode) ?? "netns:\(inode)" }
    } else {
      if let name = registeredName(inode) {
        identity.name = name
      } else {
        identity.isAssumed = true
      }
    }
    return identity
  }

  /// The name under which `ip netns` keeps the namespace with this inode.
  private static func registeredName(_ inode: UInt64) -> String? {
    let directory = NetworkNamespace.directory
    guard let names = try? Directory.names(in: directory) else { return nil }
    return names.sorted().first { NetworkNamespace.inode(at: "\(directory)/\($0)") == inode }
  }

  /// The initial namespace's inode, a constant since 6.18 (NET_NS_INIT_INO); older kernels chose one
  /// at boot.
  private static var initialNamespaceInode: UInt64 { 0xefff_fff9 }
}
