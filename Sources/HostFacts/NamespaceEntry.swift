public import Kernel

/// A network namespace that was found: how it is called, and how to get to it.
public struct NamespaceEntry: Hashable, Sendable {
  /// The inode in nsfs; given out again once the namespace has gone.
  public var inode: UInt64
  /// "host", a name that somebody gave it with `ip netns`, its container's, pod's or unit's, or "netns:INODE"; no
  /// two entries of an inventory have the same.
  public var name: String
  /// The oldest process in it; nil when only a mount holds it.
  public var process: Int32?
  /// The next oldest ones, `otherProcessLimit` at most: they lead there when the oldest has ended.
  public var otherProcesses: [Int32]
  /// The processes in it that were seen.
  public var processCount: Int
  /// Where it is mounted: "/run/netns/web".
  public var mounts: [String]

  /// The entry given.
  public init(
    inode: UInt64, name: String, process: Int32? = nil, otherProcesses: [Int32] = [],
    processCount: Int = 0, mounts: [String] = []
  ) {
    self.inode = inode
    self.name = name
    self.process = process
    self.otherProcesses = otherProcesses
    self.processCount = processCount
    self.mounts = mounts
  }

  /// What `ip netns` and container runtimes call it: "web", "cni-0a1b2c3d-…". `name` is the first of them, or
  /// what says more.
  public var registeredNames: [String] {
    let prefix = "\(NetworkNamespace.directory)/"
    return mounts.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// The most processes that are known of one namespace besides the oldest.
  public static let otherProcessLimit = 3

  /// Opens the namespace. Nil when it has gone: nothing that led to it leads there any more, and where it had
  /// more processes than are known here, none of the host is in it.
  ///
  /// Holding it keeps it alive; so end it soon. Costs three system calls; where the last resort is a look at all
  /// processes, one more for each of these. Throws where no way is open and one may still lead there: looking is
  /// not permitted, or there are no descriptors left.
  public func open() throws(SystemCallError) -> NetworkNamespace? {
    let known = (process.map { [$0] } ?? []) + otherProcesses
    var failure: SystemCallError?
    if let found = open(known.map(Self.path) + mounts, &failure) { return found }
    if failure == nil, processCount > known.count {
      let rest = try ProcessList.processIDs().filter { !known.contains($0) }.lazy
        .map(Self.path).filter { NetworkNamespace.inode(at: $0) == inode }
      if let found = open(rest, &failure) { return found }
    }
    if let failure { throw failure }
    return nil
  }

  /// The namespace by the first of `paths` that leads there.
  private func open(
    _ paths: some Sequence<String>, _ failure: inout SystemCallError?
  ) -> NetworkNamespace? {
    for path in paths {
      do throws(SystemCallError) {
        let namespace = try NetworkNamespace(path: path)
        if namespace.inode == inode { return namespace }
      } catch {
        if error.errno != .noEntry, error.errno != .noProcess { failure = failure ?? error }
      }
    }
    return nil
  }

  private static func path(_ process: Int32) -> String { "/proc/\(process)/ns/net" }
}
