public import Kernel

/// A network namespace that was found: how it is called, and how to get to it.
public struct NamespaceEntry: Hashable, Sendable {
  /// The inode in nsfs; given out again once the namespace has gone.
  public var inode: UInt64
  /// "host", a name that `ip netns` or a container runtime gave it, or "netns:INODE"; no two entries of
  /// an inventory have the same.
  public var name: String
  /// The oldest process in it; nil when only a mount holds it.
  public var process: Int32?
  /// The processes in it that were seen.
  public var processCount: Int
  /// Where it is mounted: "/run/netns/web".
  public var mounts: [String]

  /// The entry given.
  public init(
    inode: UInt64, name: String, process: Int32? = nil, processCount: Int = 0,
    mounts: [String] = []
  ) {
    self.inode = inode
    self.name = name
    self.process = process
    self.processCount = processCount
    self.mounts = mounts
  }

  /// Opens the namespace. Nil when it has gone: nothing that led to it leads there any more.
  ///
  /// Holding it keeps it alive; so end it soon. Throws where no way is open and one may still lead there:
  /// looking is not permitted, or there are no descriptors left.
  public func open() throws(SystemCallError) -> NetworkNamespace? {
    let processes = process.map { ["/proc/\($0)/ns/net"] } ?? []
    var failure: SystemCallError?
    for path in processes + mounts {
      do throws(SystemCallError) {
        let namespace = try NetworkNamespace(path: path)
        if namespace.inode == inode { return namespace }
      } catch {
        if error.errno != .noEntry, error.errno != .noProcess { failure = failure ?? error }
      }
    }
    if let failure { throw failure }
    return nil
  }
}
