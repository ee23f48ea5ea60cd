internal import Inet
public import Owners

/// Owners as CSV: a line each, the same columns for one network namespace and for all.
public enum OwnersListing {
  private static let columns = [
    "namespace", "kind", "id", "name", "ports", "time_wait", "inferred_sockets", "sockets",
    "sockets_low", "sockets_high", "ports_bound", "pools", "most_to", "most_to_ports",
  ]

  /// The lines of the namespace called `namespace`, with titles.
  public static func csv(
    _ ranking: OwnerRanking, namespace: String, mostOwners: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var text = CSVField.line(columns)
    for owner in ranking.owners.prefix(mostOwners) { text += line(owner, namespace, &names) }
    return Array(text.utf8)
  }

  /// The lines of all namespaces, with titles.
  public static func csv(
    _ host: HostOwners, mostOwners: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var text = CSVField.line(columns)
    for owner in host.owners.prefix(mostOwners) {
      text += line(owner.owner, host.namespaces[owner.namespace].name, &names)
    }
    return Array(text.utf8)
  }

  private static func line(
    _ owner: RankedOwner, _ namespace: String, _ names: inout Names
  ) -> String {
    let kind =
      switch owner.identity {
      case .cgroup: OwnerKind.cgroup
      case .process: OwnerKind.process
      case .user: OwnerKind.user
      }
    let count = owner.count
    let sockets = owner.sample?.bounds
    return CSVField.line([
      names.namespace(namespace), kind.rawValue, "\(owner.id)", names.owner(owner.name),
      "\(count.ports)", "\(count.states[.timeWait])", "\(count.inferred)", "\(count.sockets)",
      "\(owner.socketsLow)", "\(sockets?.upperBound ?? count.sockets)",
      owner.portsBound, "\(count.pools)",
      count.tightest.map { names.endpoint($0.destination, $0.port) } ?? "",
      count.tightest == nil ? "" : "\(count.tightestPorts)",
    ])
  }
}
