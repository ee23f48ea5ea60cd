internal import Kernel

/// The paths of cgroups by their numbers, as inet_diag reports them, remembered.
///
/// A number is looked up by a handle (`open_by_handle_at`, CAP_DAC_READ_SEARCH); without that privilege the tree is
/// walked once a pass. A cgroup that has gone keeps its last known path: its sockets may live on.
///
/// Only what lies below the mount has a name. In a namespace of cgroups, as containers have it, that is not the
/// whole tree: the kernel calls all others "/" there, which says nothing and is no name.
public struct CgroupNames: Sendable {
  /// A cgroup, as far as it is known.
  public struct Entry: Hashable, Sendable {
    /// Its path from the root of the hierarchy: "/system.slice/haproxy.service"; "/" is the root.
    public var path: String
    /// Whether it has gone since.
    public var isGone: Bool

    /// The cgroup given.
    public init(path: String, isGone: Bool) {
      self.path = path
      self.isGone = isGone
    }
  }

  /// What is mounted here.
  public let hierarchy: CgroupHierarchy
  /// Whether the mount shows all cgroups; false in a namespace of cgroups without the host's mount, and where there is
  /// no mount.
  public let isWhole: Bool
  /// The most that are remembered.
  public let limit: Int

  private var mount: CgroupMount?
  private var known: [UInt64: Known] = [:]
  private var pass: UInt32 = 0
  private var tree: CgroupTree?
  private var mayUseHandles = true

  private struct Known {
    var entry: Entry
    /// The pass in which it was last asked for.
    var pass: UInt32
  }

  /// Names in the hierarchy that the calling process sees.
  public init(limit: Int = 4096) { self.init(CgroupHierarchy.current(), limit: limit) }

  /// Names in `hierarchy`. Without handles, as one has it who may not use them, the tree is walked.
  public init(_ hierarchy: CgroupHierarchy, limit: Int = 4096, usesHandles: Bool = true) {
    self.hierarchy = hierarchy
    self.limit = max(1, limit)
    mayUseHandles = usesHandles
    let path = hierarchy.mountPoint
    isWhole = path.flatMap(CgroupHierarchy.number) == CgroupHierarchy.rootNumber
    guard let path else { return }
    do throws(SystemCallError) { mount = try CgroupMount(path) } catch {}
  }

  /// Begins a new look: what was remembered is asked for once more, so that the gone are seen.
  public mutating func beginPass() {
    pass &+= 1
    tree = nil
  }

  /// The cgroup with this number; nil when it was never seen alive, cannot be seen from here, or there is no
  /// hierarchy.
  ///
  /// Costs 4 µs for the first question in a pass, a look into a dictionary for others.
  public mutating func entry(_ number: UInt64) -> Entry? {
    if let found = known[number], found.pass == pass { return found.entry }
    switch answer(number) {
    case .found(let path): return remember(number, Entry(path: path, isGone: false))
    case .gone: return outlived(number)
    case .hidden: return known[number].map { remember(number, $0.entry) }
    }
  }

  /// Whether the cgroup with this number has gone, as far as that is certain: one that cannot be seen from here
  /// may live.
  public mutating func isGone(_ number: UInt64) -> Bool {
    if let entry = entry(number) { return entry.isGone }
    return answer(number) == .gone
  }

  /// The cgroups remembered.
  public var count: Int { known.count }

  private enum Answer: Hashable {
    case found(String)
    case gone
    /// It may be there, and it may not.
    case hidden
  }

  private mutating func answer(_ number: UInt64) -> Answer {
    guard let mount else { return .hidden }
    if mayUseHandles {
      do throws(SystemCallError) {
        let path = Self.relative(try mount.pathOfCgroup(number), to: mount.path, number: number)
        return path.map { .found($0) } ?? .hidden
      } catch {
        if error.errno == .stale { return .gone }
        // Whatever else is wrong with handles here (EOPNOTSUPP, ENOSYS, a seccomp profile), the tree is left.
        mayUseHandles = false
      }
    }
    let tree = self.tree ?? CgroupTree(mount.path)
    self.tree = tree
    if let path = tree.paths[number], path != "/" || number == CgroupHierarchy.rootNumber {
      return .found(path)
    }
    return isWhole && tree.isComplete ? .gone : .hidden
  }

  /// The path from the hierarchy's root of what the kernel says to lie at `path`; nil where that is no name: what
  /// lies outside of the mount is called "/", like the root.
  static func relative(_ path: String, to mountPoint: String, number: UInt64) -> String? {
    if number == CgroupHierarchy.rootNumber { return "/" }
    var path = path[...]
    let deleted = " (deleted)"
    if path.hasSuffix(deleted) { path = path.dropLast(deleted.count) }
    let folder = mountPoint == "/" ? "" : mountPoint
    guard path.hasPrefix(folder + "/") else { return nil }
    path = path.dropFirst(folder.count)
    return path == "/" ? nil : String(path)
  }

  /// The last known path of one that has gone.
  private mutating func outlived(_ number: UInt64) -> Entry? {
    guard var entry = known[number]?.entry else { return nil }
    entry.isGone = true
    return remember(number, entry)
  }

  private mutating func remember(_ number: UInt64, _ entry: Entry) -> Entry {
    if known.count >= limit, known[number] == nil {
      // Those that nobody asked for in this pass; if all were, the new one stays out.
      known = known.filter { $0.value.pass == pass }
      if known.count >= limit { return entry }
    }
    known[number] = Known(entry: entry, pass: pass)
    return entry
  }
}
