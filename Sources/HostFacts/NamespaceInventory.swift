public import Kernel

/// The network namespaces of this host, as far as processes and mounts lead to them.
///
///     /proc/*/ns/net             what processes are in            new ones each time, a tenth of the others a
///                                                              second, so that no look pays for all
///     /run/netns                 what `ip netns` keeps             each time
///     /proc/self/mountinfo       what container runtimes mount     every 10 s
///
/// Nothing is kept open, so no namespace lives longer because it is in here. One that only a descriptor, a
/// socket or a thread other than a process's first one holds cannot be seen. A process that changes its
/// namespace is noticed within ten seconds, a young one by the next look.
public struct NamespaceInventory: Sendable {
  /// The namespaces, by inode. The caller's own is always there.
  public private(set) var entries: [NamespaceEntry] = []
  /// Processes whose namespace may not be looked at (CAP_SYS_PTRACE over them).
  public private(set) var hiddenProcesses = 0
  /// The caller's own namespace.
  public private(set) var ownInode: UInt64 = 0
  /// Whether the caller's namespace is called the host's because nobody can tell.
  public private(set) var assumesHost = false

  /// A process that was looked at: its namespace, 0 where that is hidden, and how often it was seen.
  private struct Seen {
    var process: Int32
    var inode: UInt64
    var isYoung: Bool
  }

  private var seen: [Seen] = []
  private var mounts: [UInt64: [String]] = [:]
  /// The second, as it were, of the last look, by the clock that was given.
  private var slot: UInt64?
  private var names: [UInt64: (process: Int32?, name: String?)] = [:]
  private let nameOfProcess: @Sendable (Int32) -> String?
  private let nameOfContainer: @Sendable (Int32) -> String?

  /// The time in which every process and every mount is looked at again.
  public static let fullNanoseconds: UInt64 = 10_000_000_000
  /// The parts of it: a process is looked at in the one that its number leads to.
  private static let slotCount: UInt64 = 10

  /// An empty inventory. `nameOfProcess` says how the container, pod or unit of a process is called; it is
  /// asked once for each namespace that has no other name. `nameOfContainer` says it of a container or pod alone,
  /// and is asked where the other name is one that nobody chose.
  public init(
    nameOfProcess: @escaping @Sendable (Int32) -> String? = { _ in nil },
    nameOfContainer: @escaping @Sendable (Int32) -> String? = { _ in nil }
  ) {
    self.nameOfProcess = nameOfProcess
    self.nameOfContainer = nameOfContainer
  }

  /// Looks again: at what is new, and at the part of the rest whose turn it is; at everything when ten seconds
  /// have passed since the last look.
  ///
  /// Costs about a microsecond a process, and some six for each that is looked at.
  public mutating func refresh(at now: UInt64 = Clock.monotonicNanoseconds())
    throws(SystemCallError)
  {
    let current = now / (Self.fullNanoseconds / Self.slotCount)
    let last = slot ?? 0
    let isFull = slot == nil || current < last || current - last >= Self.slotCount
    let isNewRound = isFull || current / Self.slotCount != last / Self.slotCount
    slot = current
    let before = mounts
    ownInode = try FileIdentity(at: "/proc/thread-self/ns/net").inode
    if isNewRound {
      mounts = try NamespaceMounts.read()
    } else {
      forgetMounts()
    }
    for (inode, paths) in NamespaceMounts.named() {
      let known = mounts[inode] ?? []
      mounts[inode] = known + paths.filter { !known.contains($0) }
    }
    let isOther = look(at: try ProcessList.processIDs()) { process in
      // How far the process's part of the round lies behind the last look's.
      let distance = (UInt64(process) + Self.slotCount - last % Self.slotCount) % Self.slotCount
      return isFull || (distance == 0 ? Self.slotCount : distance) <= current - last
    }
    // Most looks find nothing new, and then the list stands.
    if isOther || isFull || mounts != before { list() }
  }

  /// Mounts that are no more: those of `ip netns`, which are listed anew, and those of namespaces without a
  /// process, for which nothing else tells.
  private mutating func forgetMounts() {
    let alive = Set(seen.map(\.inode))
    for (inode, paths) in mounts {
      let kept = paths.filter {
        !$0.hasPrefix(Self.namedPrefix)
          && (alive.contains(inode) || NetworkNamespace.inode(at: $0) == inode)
      }
      mounts[inode] = kept.isEmpty ? nil : kept
    }
  }

  /// Both lists ascend: one pass finds who is new and who is gone. Whether anybody is.
  private mutating func look(at processes: [Int32], again isDue: (Int32) -> Bool) -> Bool {
    var found: [Seen] = []
    var isOther = false
    found.reserveCapacity(processes.count)
    var index = 0
    for process in processes {
      while index < seen.count, seen[index].process < process { index += 1 }
      let before = index < seen.count && seen[index].process == process ? seen[index] : nil
      if let before, !before.isYoung, !isDue(process) {
        found.append(before)
        continue
      }
      do throws(SystemCallError) {
        let inode = try FileIdentity(at: "/proc/\(process)/ns/net").inode
        found.append(Seen(process: process, inode: inode, isYoung: before == nil))
        if before?.inode != inode { isOther = true }
      } catch {
        switch error.errno {
        case .permissionDenied, .notPermitted:
          found.append(Seen(process: process, inode: 0, isYoung: false))
          if before?.inode != 0 { isOther = true }
        // It ended meanwhile.
        case .noEntry, .noProcess: break
        // Nothing is known of where it is now.
        default: if let before { found.append(before) }
        }
      }
    }
    // Whoever is gone leaves a shorter list, or one with somebody new in it.
    isOther = isOther || found.count != seen.count
    seen = found
    return isOther
  }

  private mutating func list() {
    var byInode: [UInt64: NamespaceEntry] = [ownInode: NamespaceEntry(inode: ownInode, name: "")]
    hiddenProcesses = 0
    for one in seen {
      guard one.inode != 0 else {
        hiddenProcesses += 1
        continue
      }
      byInode[one.inode, default: NamespaceEntry(inode: one.inode, name: "")].take(one.process)
    }
    for (inode, paths) in mounts {
      byInode[inode, default: NamespaceEntry(inode: inode, name: "")].mounts = paths.sorted()
    }
    let host = HostNamespace.inode(on: .running())
    assumesHost = host == nil
    var taken: Set<String> = []
    entries = byInode.values.sorted { $0.inode < $1.inode }
    for index in entries.indices {
      let entry = entries[index]
      var name = entry.inode == (host ?? ownInode) ? "host" : name(of: entry)
      // A name decides which ring is read and which verdict is whose.
      if !taken.insert(name).inserted {
        name += " (netns:\(entry.inode))"
        taken.insert(name)
      }
      entries[index].name = name
    }
    names = names.filter { byInode[$0.key] != nil }
  }

  /// The name of `ip netns`, else the container's, pod's or unit's, else the inode. A name of `ip netns` that a
  /// container runtime made up comes after the container's.
  private mutating func name(of entry: NamespaceEntry) -> String {
    let registered = entry.registeredNames.first
    if let registered, !MadeUpName.matches(registered) { return registered }
    if let known = names[entry.inode], known.process == entry.process {
      return known.name ?? registered ?? "netns:\(entry.inode)"
    }
    let name = entry.process.flatMap(registered == nil ? nameOfProcess : nameOfContainer)
    names[entry.inode] = (entry.process, name)
    return name ?? registered ?? "netns:\(entry.inode)"
  }

  private static let namedPrefix = "\(NetworkNamespace.directory)/"
}

extension NamespaceEntry {
  /// Takes note of a process in it. They come in ascending order, so the first one is the oldest, as far as
  /// numbers tell.
  fileprivate mutating func take(_ process: Int32) {
    processCount += 1
    if self.process == nil {
      self.process = process
    } else if otherProcesses.count < Self.otherProcessLimit {
      otherProcesses.append(process)
    }
  }
}
