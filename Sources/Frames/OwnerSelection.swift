/// The owners that a slot has room for: half of it for those with most ports, then who is named by its pools, the
/// tightest first, then again by ports. So that a pool's owner is named also where others hold more elsewhere.
enum OwnerSelection {
  /// Those kept of `owners`, in their order, and their new places by the old; no places where all keep theirs.
  static func of(
    _ owners: [OwnerRecord], named pools: ArraySlice<PoolRecord>, atMost limit: Int
  ) -> (kept: [OwnerRecord], places: [Int: Int]?) {
    let isNamedRight = pools.allSatisfy { pool in
      pool.owners.allSatisfy { owners.indices.contains($0.owner) }
    }
    if owners.count <= limit, isNamedRight { return (owners, nil) }
    var kept = Set(owners.indices.prefix(limit / 2))
    for rank in 0..<PoolRecord.ownerLimit {
      for pool in pools where kept.count < limit && pool.owners.count > rank {
        let place = pool.owners[rank].owner
        if owners.indices.contains(place) { kept.insert(place) }
      }
    }
    for place in owners.indices where kept.count < limit { kept.insert(place) }
    let order = kept.sorted()
    return (
      order.map { owners[$0] },
      Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    )
  }
}
