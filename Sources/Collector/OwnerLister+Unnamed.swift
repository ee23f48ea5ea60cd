internal import Owners

/// Why cgroups have no names.
extension OwnerLister {
  /// The note for a ranking in which a living cgroup has none although a hierarchy is mounted; nil where all have.
  static func unnamedNote(_ ranking: OwnerRanking) -> OwnerNote? {
    let count = ranking.owners.count { owner in
      if case .cgroup(_, nil) = owner.identity { !owner.isGone } else { false }
    }
    guard count > 0 else { return nil }
    let names = CgroupNames()
    guard let mount = names.hierarchy.mountPoint else { return nil }
    if names.isWhole {
      return OwnerNote(
        "cgroups_not_visible",
        "not all of \(mount) could be looked at, so cgroups are called by their numbers: "
          + "CAP_DAC_READ_SEARCH, as root has it, asks the kernel for each")
    }
    return OwnerNote(
      "cgroup_namespace",
      "\(mount) has but the part of the cgroups that this container sees, so others are called by their numbers: "
        + "that needs the host's cgroup namespace, or its /sys/fs/cgroup mounted (at /host/sys/fs/cgroup)"
    )
  }
}
