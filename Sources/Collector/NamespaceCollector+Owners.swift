internal import Frames
internal import Inet
internal import Netlink
internal import Pools

/// The owners that the last dump found, as a frame lists them.
struct CountedOwners {
  /// Who holds most ports of the namespace: TCP's and UDP's together; then who holds most of a pool.
  private(set) var records: [OwnerRecord] = []
  private var places: [OwnerID: Int] = [:]

  /// Those of a snapshot; nil where owners were not counted.
  init?(_ snapshot: NamespaceSnapshot) {
    let whole: [PoolKey] = [.bind(.any), .udp(.ipv6)]
    let lists = snapshot.pools.filter { whole.contains($0.key) }.compactMap(\.owners)
    if lists.isEmpty { return nil }
    for owner in lists.flatMap({ $0 }) {
      if let place = places[OwnerID(owner)] {
        records[place].ports += owner.ports
        records[place].timeWait += owner.timeWait
        records[place].isInferred = records[place].isInferred || owner.isInferred
      } else {
        places[OwnerID(owner)] = records.count
        records.append(OwnerRecord(owner))
      }
    }
    records.sort { $0.ranks(before: $1) }
    records = Array(records.prefix(Self.limit))
    places = [:]
    for (place, record) in records.enumerated() {
      places[OwnerID(kind: record.kind, id: record.id)] = place
    }
  }

  /// The most owners that are ranked; a frame's writer keeps those that its pools name.
  private static var limit: Int { 64 }

  /// Who holds most of a pool: by cgroup where there is one beside the root, else by user.
  mutating func shares(of pool: Pool) -> [OwnerShare] {
    PoolOwner.named(pool.owners ?? []).prefix(PoolRecord.ownerLimit).map { owner in
      OwnerShare(
        owner: place(of: owner), ports: owner.ports, timeWait: owner.timeWait,
        isInferred: owner.isInferred)
    }
  }

  /// The place of an owner of a pool in the list, at whose end it comes if it holds too little to be ranked.
  private mutating func place(of owner: PoolOwner) -> Int {
    if let place = places[OwnerID(owner)] { return place }
    places[OwnerID(owner)] = records.count
    records.append(OwnerRecord(owner))
    return records.count - 1
  }
}

/// An owner, whatever it holds.
private struct OwnerID: Hashable {
  var kind: OwnerRecord.Kind
  var id: UInt64

  init(kind: OwnerRecord.Kind, id: UInt64) {
    self.kind = kind
    self.id = id
  }

  init(_ owner: PoolOwner) { self.init(kind: OwnerRecord.Kind(owner.kind), id: owner.id) }
}
