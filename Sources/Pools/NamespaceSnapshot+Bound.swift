extension NamespaceSnapshot {
  /// The most that any pool of it is used, from 0 to 1, listed or not.
  public var usageMaximum: Double {
    let known = (pools + (tightestConnect.map { [$0] } ?? [])).map(\.usage).max() ?? 0
    guard other.pools > 0 else { return min(1, known) }
    let capacity = space.connectCapacity
    return min(1, max(known, capacity == 0 ? 1 : Double(other.inUseMaximum) / Double(capacity)))
  }

  /// Whether its TCP table is its own, so that a walk passes nobody else's sockets; never of the host's,
  /// which the others share; nil where the kernel does not tell (6.1).
  ///
  /// Source: net/ipv4/sysctl_net_ipv4.c, proc_tcp_ehash_entries(): negative where it is shared, but in the
  /// initial namespace.
  public var ownsTable: Bool? {
    settings.first { $0.key == "tcp_ehash_entries" }?.value.map { $0 > 0 && name != "host" }
  }
}
