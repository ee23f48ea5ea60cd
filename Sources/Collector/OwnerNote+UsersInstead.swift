internal import Owners

extension OwnerRanking {
  /// Whether nobody was found to hold what is held, and processes that may not be looked at are why.
  func isRefused(_ refusedCount: Int) -> Bool {
    refusedCount > 0 && owners.isEmpty && unseen?.sockets ?? 0 > 0
  }
}

extension HostOwners {
  /// The same of all namespaces together.
  func isRefused(_ refusedCount: Int) -> Bool {
    refusedCount > 0 && owners.isEmpty && namespaces.contains { $0.unseen?.sockets ?? 0 > 0 }
  }
}

extension OwnerNote {
  /// Users are told where nobody asked for them.
  static var usersInstead: OwnerNote {
    OwnerNote(
      "users_instead",
      "these are users: no socket is in a cgroup other than the root, and the descriptors of others' processes "
        + "need CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, as root has them (--by process)")
  }
}
