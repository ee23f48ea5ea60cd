internal import Kernel
internal import Owners
internal import Pools

/// What owners are called: the paths of cgroups, remembered beyond their end, and the names of users.
///
/// Belongs to one sampler and its thread.
final class OwnerNames {
  private var cgroups = CgroupNames()
  private var users = UserNames()
  /// The numbers that cgroups are counted under in this pass.
  private var owners: [UInt64: UInt64] = [:]
  /// By what they mean, the first cgroup that was seen: others that mean the same count for it.
  private var firstCgroups: [CgroupIdentity: UInt64] = [:]
  private var usersReadAt = Clock.monotonicNanoseconds()

  /// Begins a new look: cgroups are asked for anew, and the file of users each minute.
  func beginPass() {
    cgroups.beginPass()
    owners.removeAll(keepingCapacity: true)
    if firstCgroups.count > Self.mostCgroups { firstCgroups.removeAll() }
    let now = Clock.monotonicNanoseconds()
    guard now - min(now, usersReadAt) >= 60_000_000_000 else { return }
    users = UserNames()
    usersReadAt = now
  }

  /// The number that an owner is counted under: of cgroups that mean the same to people that of one of them.
  func owner(_ kind: OwnerKind, _ id: UInt64) -> UInt64 {
    guard kind == .cgroup else { return id }
    if let owner = owners[id] { return owner }
    var owner = id
    if let entry = cgroups.entry(id) {
      let identity = CgroupIdentity(CgroupMeaning(entry.path))
      owner = firstCgroups[identity] ?? id
      firstCgroups[identity] = owner
    }
    owners[id] = owner
    return owner
  }

  /// Where cgroups come and go for weeks, all are forgotten once.
  private static var mostCgroups: Int { 8192 }

  /// The name of a cgroup or a user; nil where it is not known.
  func name(_ kind: OwnerKind, _ id: UInt64) -> String? {
    switch kind {
    case .cgroup: cgroups.entry(id).map { CgroupMeaning($0.path).name }
    case .user: UInt32(exactly: id).flatMap { users.name($0) }
    case .process: nil
    }
  }
}

extension OwnerKind {
  /// The kind of a pool's owner.
  var poolOwnerKind: PoolOwner.Kind {
    switch self {
    case .cgroup: .cgroup
    case .process: .process
    case .user: .user
    }
  }
}
