public import Inet

/// Owners of the ports of all network namespaces of a host: each namespace's own ranking, and all of them in
/// one order. A port is one of its namespace: the same number in two namespaces is two ports.
public struct HostOwners: Sendable {
  /// One namespace.
  public struct Namespace: Hashable, Sendable {
    /// How it is called.
    public var name: String
    /// Its inode in nsfs.
    public var inode: UInt64
    /// Its range.
    public var range: PortRange
    /// Distinct ports of the range that somebody holds.
    public var ports: Int
    /// Sockets that hold them.
    public var sockets: Int
    /// Living sockets whose holder was not found; nil where processes were not asked for.
    public var unseen: OwnerCount?
    /// Sockets of which nobody knows the owner any more.
    public var unknown: OwnerCount
  }

  /// An owner in one namespace: somebody who holds ports in several is there several times.
  public struct Owner: Hashable, Sendable {
    /// The place of the namespace in `namespaces`.
    public var namespace: Int
    /// Who, and what is held there.
    public var owner: RankedOwner
  }

  /// What kind of owners.
  public var kind: OwnerKind
  /// Of which protocol's ports.
  public var transport: TransportProtocol
  /// The namespaces that were looked into, most ports first once sorted.
  public private(set) var namespaces: [Namespace] = []
  /// The owners of all, most ports first once sorted.
  public private(set) var owners: [Owner] = []
  /// Namespaces that could not be looked into.
  public var refusedCount = 0
  /// Sockets that several processes hold; nil where that was not looked at.
  public var sharedSockets: Int?
  /// How old what collectors saw is at most, by which sockets without owner were divided; nil where none were.
  public private(set) var memoryAgeNanoseconds: UInt64?
  /// Links that were read.
  public var linksRead = 0
  /// What could not be seen, and why.
  public var notes: [OwnerNote] = []
  /// When: nanoseconds since 1970-01-01 UTC.
  public var takenAtNanoseconds: UInt64 = 0
  /// How long it took.
  public var durationNanoseconds: UInt64 = 0

  /// Nobody, of `kind`.
  public init(_ kind: OwnerKind, _ transport: TransportProtocol) {
    self.kind = kind
    self.transport = transport
  }

  /// Ports held in all namespaces together.
  public var ports: Int { namespaces.reduce(0) { $0 + $1.ports } }
  /// Sockets that hold them.
  public var sockets: Int { namespaces.reduce(0) { $0 + $1.sockets } }

  /// Takes over what was found in the namespace called `name`.
  public mutating func take(_ ranking: OwnerRanking, of name: String, inode: UInt64) {
    let place = namespaces.count
    namespaces.append(
      Namespace(
        name: name, inode: inode, range: ranking.range, ports: ranking.ports,
        sockets: ranking.sockets, unseen: ranking.unseen, unknown: ranking.unknown))
    owners += ranking.owners.map { Owner(namespace: place, owner: $0) }
    if let age = ranking.memoryAgeNanoseconds {
      memoryAgeNanoseconds = max(memoryAgeNanoseconds ?? 0, age)
    }
    for note in ranking.notes where !notes.contains(note) { notes.append(note) }
  }

  /// Puts namespaces and owners into order: ports, sockets, then names, so that two looks agree.
  public mutating func sort() {
    let order = namespaces.indices.sorted { left, right in
      let (one, two) = (namespaces[left], namespaces[right])
      if one.ports != two.ports { return one.ports > two.ports }
      return one.sockets != two.sockets ? one.sockets > two.sockets : one.name < two.name
    }
    var places = Array(repeating: 0, count: order.count)
    for (place, old) in order.enumerated() { places[old] = place }
    namespaces = order.map { namespaces[$0] }
    for index in owners.indices { owners[index].namespace = places[owners[index].namespace] }
    let keyed = owners.map { (owner: $0, name: $0.owner.name) }
    owners = keyed.sorted { left, right in
      let (one, two) = (left.owner.owner.count, right.owner.owner.count)
      if one.ports != two.ports { return one.ports > two.ports }
      if one.sockets != two.sockets { return one.sockets > two.sockets }
      if left.name != right.name { return left.name < right.name }
      if left.owner.owner.id != right.owner.owner.id {
        return left.owner.owner.id < right.owner.owner.id
      }
      return left.owner.namespace < right.owner.namespace
    }.map(\.owner)
  }
}
