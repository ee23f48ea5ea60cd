internal import Inet

/// Ports whose owner is not known, of a ranking: what is forgotten and what was not found.
public struct Unattributed: Hashable, Sendable {
  /// Ports that such sockets hold, at most: two of them may share one.
  public var ports: Int
  /// Ports that anybody holds.
  public var held: Int
  /// Sockets whose owner the kernel has forgotten.
  public var unknown: OwnerCount
  /// Living sockets whose holder was not found.
  public var unseen: OwnerCount

  /// That of some namespaces: the ports that each one holds, what is unknown and what unseen there.
  init(_ namespaces: [(ports: Int, unknown: OwnerCount, unseen: OwnerCount?)]) {
    (ports, held, unknown, unseen) = (0, 0, OwnerCount(), OwnerCount())
    for namespace in namespaces {
      held += namespace.ports
      ports += min(namespace.ports, namespace.unknown.ports + (namespace.unseen?.ports ?? 0))
      unknown.add(namespace.unknown)
      if let here = namespace.unseen { unseen.add(here) }
    }
  }
}

extension OwnerCount {
  /// Adds what is held in another namespace, whose ports are others; pools are left out.
  public mutating func add(_ other: OwnerCount) {
    ports += other.ports
    states.add(other.states)
    inferred += other.inferred
  }
}

extension OwnerRanking {
  /// What is not attributed, where it is more than the first owner holds, so that whoever filled the range may
  /// well be nobody of the ranking; else nil.
  public var leadingUnattributed: Unattributed? {
    let found = Unattributed([(ports, unknown, unseen)])
    return found.ports > owners.first?.count.ports ?? 0 ? found : nil
  }
}

extension HostOwners {
  /// What is not attributed in all namespaces together, where it is more than the first owner holds; else nil.
  public var leadingUnattributed: Unattributed? {
    let found = Unattributed(namespaces.map { ($0.ports, $0.unknown, $0.unseen) })
    return found.ports > owners.first?.owner.count.ports ?? 0 ? found : nil
  }
}
