import Inet
import Pools

extension MadeUpHost {
  /// A host of `counted` namespaces that were counted, the first few in trouble, and `uncounted` others.
  static func namespaces(
    counted: Int, uncounted: Int, refused: Int = 0, troubled: Int = 2
  ) -> Snapshot {
    let space = defaultSpace(blocked: [])
    let found = (0..<counted).map { index in
      let use = index < troubled ? 27_900 - 2_000 * index : max(1_500, 14_000 - 600 * index)
      let pools = [
        connect(
          "10.0.\(index).5", "10.1.2.\(index + 1)", 443,
          [.established: use / 3, .timeWait: use - use / 3], space),
        bind(
          .address(address("10.0.\(index).5")), held: use, space,
          [.established: use / 3, .timeWait: use - use / 3]),
        bind(.any, held: use, space), bind(.anyIPv4, held: use, space),
        udp(.ipv4, held: 4, space), udp(.ipv6, held: 4, space), udpBind(.any, held: 4, space),
      ]
      return madeUp(space, pools, listeners: 2, name: name(index))
    }
    var result = snapshot(found)
    result.uncounted = (0..<uncounted).map { index in
      var namespace = UncountedNamespace(
        name: "quiet-\(index)", inode: UInt64(4_026_540_000 + index))
      namespace.cookie = UInt64(9_000 + index)
      namespace.range = .kernelDefault
      namespace.capacity = 28_232
      namespace.tcpSockets = 1_100 - index
      namespace.timeWait = 0
      namespace.udpSockets = 3
      namespace.usageMaximum = Double(1_100 - index) / 28_232
      namespace.ownsTable = index % 2 == 0
      return namespace
    }
    result.uncounted += (0..<refused).map { index in
      var namespace = UncountedNamespace(
        name: "secret-\(index)", inode: UInt64(4_026_550_000 + index))
      namespace.refusal = "cannot enter network namespace /run/netns/secret-\(index): EPERM"
      return namespace
    }
    if refused > 0 {
      result.flags.append(
        SnapshotFlag(
          "namespaces_refused",
          "\(refused) namespaces were not looked into: entering another one needs CAP_SYS_ADMIN (run "
            + "as root)"))
    }
    if uncounted > 0 {
      result.flags.append(
        SnapshotFlag("namespaces_bounded", "\(uncounted) namespaces were not counted"))
    }
    return result
  }

  private static func name(_ index: Int) -> String {
    switch index {
    case 0: "shop-frontend-7d4b9c5f68-x2x9q"
    case 1: "haproxy"
    case 3: "host"
    default: "netns:\(4_026_532_000 + index)"
    }
  }

  /// What three, twenty and two hundred namespaces look like.
  static let threeNamespaces = namespaces(counted: 2, uncounted: 1)
  static let twentyNamespaces = namespaces(counted: 12, uncounted: 8, refused: 1)
  static let manyNamespaces = namespaces(counted: 40, uncounted: 160, troubled: 5)
  static let calmNamespaces = namespaces(counted: 13, uncounted: 187, troubled: 0)
}
