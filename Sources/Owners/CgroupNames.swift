internal import Kernel

/// The paths of cgroups by their numbers, as inet_diag reports them, remembered.
///
/// A number is looked up by a handle (`open_by_handle_at`, CAP_DAC_READ_SEARCH); without that privilege the tree is
/// walked once a pass. A cgroup that has gone keeps its last known path: its sockets may live on.
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
  /// The most that are remembered.
  public let limit: Int

  private var mount: CgroupMount?
  private var known: [UInt64: Known] = [:]
  private var pass: UInt32 = 0
  private var walkedInPass: UInt32?
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
    guard let path = hierarchy.mountPoint else { return }
    do throws(SystemCallError) { mount = try CgroupMount(path) } catch {}
  }

  /// Begins a new look: what was remembered is asked for once more, so that the gone are seen.
  public mutating func beginPass() { pass &+= 1 }

  /// The cgroup with this number; nil when it was never seen alive, or there is no hierarchy.
  ///
  /// Costs 4 µs for the first question in a pass, a look into a dictionary for others.
  public mutating func entry(_ number: UInt64) -> Entry? {
    if let found = known[number], found.pass == pass { return found.entry }
    guard mount != nil else { return nil }
    if mayUseHandles {
      switch pathByHandle(number) {
      case .found(let path): return remember(number, Entry(path: path, isGone: false))
      case .gone: return outlived(number)
      case .refused: mayUseHandles = false
      }
    }
    walkOnce()
    if let found = known[number], found.pass == pass { return found.entry }
    return outlived(number)
  }

  /// The cgroups remembered.
  public var count: Int { known.count }

  private enum Answer {
    case found(String)
    case gone
    case refused
  }

  private func pathByHandle(_ number: UInt64) -> Answer {
    guard let mount else { return .refused }
    do throws(SystemCallError) {
      return .found(Self.relative(try mount.pathOfCgroup(number), to: mount.path))
    } catch {
      // Whatever else is wrong with handles here (EOPNOTSUPP, ENOSYS, a seccomp profile), the tree is left.
      return error.errno == .stale ? .gone : .refused
    }
  }

  /// A path from the hierarchy's root, whether it lies below the mount or, in a container, outside of it.
  static func relative(_ path: String, to mountPoint: String) -> String {
    var path = path[...]
    let deleted = " (deleted)", unreachable = "(unreachable)"
    if path.hasSuffix(deleted) { path = path.dropLast(deleted.count) }
    if path.hasPrefix(unreachable) { path = path.dropFirst(unreachable.count) }
    if path == mountPoint { return "/" }
    if mountPoint != "/", path.hasPrefix(mountPoint + "/") {
      path = path.dropFirst(mountPoint.count)
    }
    return String(path)
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

  /// Reads the whole tree, once a pass, bounded in breadth and in what is remembered.
  private mutating func walkOnce() {
    guard walkedInPass != pass, let mountPoint = mount?.path else { return }
    walkedInPass = pass
    var waiting = [""]
    var seen = 0
    while let path = waiting.popLast(), seen < Self.mostDirectories {
      seen += 1
      do throws(SystemCallError) {
        let number = try FileStatus(of: mountPoint + path).inode
        _ = remember(number, Entry(path: path.isEmpty ? "/" : path, isGone: false))
        for name in try Directory.subdirectories(of: mountPoint + path) {
          waiting.append("\(path)/\(name)")
        }
      } catch {
        // It went while we looked, or is closed to us.
        continue
      }
    }
  }

  /// A host with more cgroups than that is walked in part.
  private static var mostDirectories: Int { 65_536 }
}
