internal import Census
internal import HostFacts
internal import Inet
public import Kernel
internal import Netlink
public import Pools
internal import Probe
internal import Synchronization

extension Sampler where Transport: ~Copyable {
  /// What the last sample could not have or see, and why; the same ids on every host.
  public func flags(of identity: NamespaceIdentity) -> [SnapshotFlag] {
    let sides = side.state.withLock { $0 }
    var flags: [SnapshotFlag] = []
    func add(_ isSet: Bool, _ id: String, _ text: String) {
      if isSet { flags.append(SnapshotFlag(id, text)) }
    }
    add(
      !knowsBlocked, "blocked_lower_bound",
      "ports of sockets that were bound before they connected block everybody and look like others "
        + "in a dump: headroom of connect pools is an upper bound")
    add(
      !knowsBlocked && !kernel.has(.recomputesBuckets), "blocked_lingers",
      "Linux \(kernel) keeps a port that was once bound blocked until all its sockets are gone, those "
        + "of connect() too (6.17.8 does not): more ports may be blocked than are seen")
    if case .failure(let error)? = probed {
      add(true, "blocked_not_probed", "blocked ports were not probed: \(error)")
    }
    add(
      true, "not_visible",
      "ports that SNAT uses up, and ranges that programs set with IP_LOCAL_PORT_RANGE, are never "
        + "visible to a socket dump")
    add(
      true, "no_collector",
      "arrivals, releases, forecast and failed connects need samples over time: null here")
    add(
      true, "owners_not_collected",
      owners == nil
        ? "owners of ports were not asked for: null or empty here"
        : "owners are counted by cgroup and by user, and of connect pools with --processes by "
          + "process; others are null: `ullage owners` finds them")
    add(
      !side.knowsIdleBinds, "bound_inactive_unavailable",
      "Linux \(kernel) does not report sockets that are bound and idle (6.8 does): blocked ports "
        + "are listeners only")
    if let error = sides.idleBindError {
      add(true, "bound_inactive_failed", "bound and idle sockets are not counted: \(error)")
    }
    if let error = sides.udpError {
      add(true, "udp_unavailable", "UDP is not counted: \(error)\(udpAdvice(error))")
    }
    if let error = facts.reservedError {
      add(true, "reserved_unreadable", "reserved ports are taken for none: \(error)")
    }
    add(
      facts.range.count % 2 == 1, "odd_range",
      "the range has an odd number of ports: the kernel may miss one")
    add(
      timing.fellBack, "one_walk_per_family",
      "the kernel refused one request for both families: IPv4 and IPv6 were walked one after the "
        + "other and may disagree")
    add(
      !timing.walkedBeside, "walks_in_sequence",
      "the slow walks ran before the TCP dump and not beside it (one processor, Linux before 6.9, or "
        + "no thread to be had): the sample took longer")
    add(
      !timing.missingFamilies.isEmpty, "ipv6_unavailable",
      "this kernel has no IPv6 sockets to report")
    add(
      timing.wasInterrupted || sides.wasInterrupted, "dump_interrupted",
      "the kernel says that the table changed under the dump")
    add(
      census.lostMaximum > 0, "pools_limited",
      "more connect pools than are remembered (--max-pools): the largest were counted again exactly, "
        + "and no other has more than \(census.lostMaximum) ports in use")
    let lostAddresses = lostAddressMaximum(sides)
    add(
      lostAddresses > 0, "addresses_limited",
      "more local addresses than are remembered (--max-addresses): the fullest were counted again "
        + "exactly, and no other has more than \(lostAddresses) sockets")
    add(
      facts.settings.timeWaitReuse != 0 && hasReclaimable, "reclaimable_assumes_timestamps",
      "ports in TIME_WAIT count as left where connect() may take them over, which needs a connection "
        + "that had TCP timestamps: whether it had is in no dump")
    add(
      census.states.undocumented > 0, "undocumented_states",
      "\(census.states.undocumented) sockets are in states that this program does not know")
    add(
      identity.isAssumed, "namespace_assumed",
      "pid 1's namespace may not be looked at: this one is assumed to be the host's")
    add(cookie == nil, "cookie_unavailable", "Linux \(kernel) has no namespace cookies (5.14 has)")
    return flags + processFlags
  }

  private var hasReclaimable: Bool {
    for index in 0..<census.poolCount {
      let pool = census.pool(at: index)
      if pool.reclaimableLow + pool.reclaimableOther > 0 { return true }
    }
    return false
  }

  private func udpAdvice(_ error: NetlinkError) -> String {
    error.errno == .noEntry || error.errno == .notSupported ? " (modprobe udp_diag)" : ""
  }
}
