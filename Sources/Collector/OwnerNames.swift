internal import Kernel
internal import Owners
internal import Pools

/// What owners are called: the paths of cgroups, remembered beyond their end, and the names of users.
///
/// Belongs to one sampler and its thread.
final class OwnerNames {
  private var cgroups = CgroupNames()
  private var users = UserNames()
  private var usersReadAt = Clock.monotonicNanoseconds()

  /// Begins a new look: cgroups are asked for anew, and the file of users each minute.
  func beginPass() {
    cgroups.beginPass()
    let now = Clock.monotonicNanoseconds()
    guard now - min(now, usersReadAt) >= 60_000_000_000 else { return }
    users = UserNames()
    usersReadAt = now
  }

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
