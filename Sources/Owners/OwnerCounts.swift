public import Inet

/// What one owner holds.
public struct OwnerCount: Hashable, Sendable {
  /// Distinct ports of the range.
  public var ports = 0
  /// Sockets by state; of minisocks too, as far as they were attributed.
  public var states = StateCounts()
  /// Sockets that were attributed by share and not seen.
  public var inferred = 0
  /// Pools with a socket of it.
  public var pools = 0
  /// The pool with most of its sockets; within a pool a socket is a port.
  public var tightest: TupleKey?
  /// Its sockets there.
  public var tightestPorts = 0

  /// Nothing held.
  public init() {}

  /// Its sockets.
  public var sockets: Int { states.total }
}

/// Who holds which ports: sockets counted by owner, the ownerless attributed by share.
public struct OwnerCounts: Sendable {
  /// What each owner holds; its index is the number that the owner was given.
  public private(set) var owners: [OwnerCount]
  /// Distinct ports of the range, whoever holds them.
  public private(set) var ports: Int
  /// Sockets.
  public private(set) var sockets: Int

  /// The number of those of whom the kernel tells nothing, and nobody living could be taken for.
  public static var unknown: Int { 0 }
  /// The number of living sockets whose owner was not found.
  public static var unseen: Int { 1 }
  /// The first number of owners that are known.
  public static var firstKnown: Int { 2 }

  /// Counts `holdings` by owner.
  ///
  /// `number` gives the number of an owner, `unseen` or from `firstKnown` to below `ownerCount`; it is asked once for each
  /// socket. Sockets without owner (TIME_WAIT and orphans) are divided among the owners of living ones of the
  /// same pool, in proportion; where there is none, they are `unknown`. Costs a few passes over the sockets and 4
  /// bytes each.
  ///
  /// `divide` is asked once for each pool that has some, with what it may want to know of it, and may know better; nil where
  /// it does not. What it gives to nobody is `unknown`.
  public init(
    _ holdings: PortHoldings, ownerCount: Int, number: (UInt64) -> Int,
    divide: (TupleKey, () -> OwnerlessSockets) -> [OwnerlessShare]? = { _, _ in nil }
  ) {
    owners = Array(repeating: OwnerCount(), count: max(ownerCount, Self.firstKnown))
    var numbers = [UInt32](repeating: 0, count: holdings.rows.count)
    for (index, row) in holdings.rows.enumerated() where row.owner != PortHoldings.noOwner {
      let found = number(row.owner)
      numbers[index] = UInt32(
        truncatingIfNeeded: found < owners.count && found > 0 ? found : Self.unseen)
    }
    ports = 0
    sockets = 0
    countPools(holdings, &numbers, divide)
    countPorts(holdings, numbers)
  }

  /// Makes room for owners up to a number below `ownerCount`, who hold nothing.
  public mutating func makeRoom(ownerCount: Int) {
    let more = max(0, ownerCount - owners.count)
    owners += Array(repeating: OwnerCount(), count: more)
  }

  /// Walks the pools one after the other: gives the ownerless to owners, and finds each owner's largest pool.
  private mutating func countPools(
    _ holdings: PortHoldings, _ numbers: inout [UInt32],
    _ divide: (TupleKey, () -> OwnerlessSockets) -> [OwnerlessShare]?
  ) {
    let order = Self.order(holdings.rows.count, keys: holdings.pools.count) {
      Int(holdings.rows[$0].pool)
    }
    var living = [Int](repeating: 0, count: owners.count)
    var held = [Int](repeating: 0, count: owners.count)
    var start = 0
    while start < order.count {
      let pool = holdings.rows[Int(order[start])].pool
      var end = start
      var ownerless: [Int] = []
      var present: [Int] = []
      while end < order.count, holdings.rows[Int(order[end])].pool == pool {
        let index = Int(order[end])
        let owner = Int(numbers[index])
        if owner == Self.unknown {
          ownerless.append(index)
        } else {
          if living[owner] == 0 { present.append(owner) }
          living[owner] += 1
          if holdings.rows[index].isCounted { held[owner] += 1 }
        }
        end += 1
      }
      if pool != PortHoldings.noPool {
        let key = holdings.pools[Int(pool)]
        if let shares = Self.shares(ownerless, of: key, among: present, living, holdings, divide) {
          makeRoom(ownerCount: (shares.map(\.owner).max() ?? 0) + 1)
          let more = owners.count - held.count
          living += Array(repeating: 0, count: more)
          held += Array(repeating: 0, count: more)
          give(ownerless, shares, &numbers, &held, holdings)
          for share in shares where !present.contains(share.owner) { present.append(share.owner) }
        } else {
          share(ownerless, among: present, living, &numbers, &held, holdings)
        }
        for owner in present where held[owner] > 0 {
          owners[owner].pools += 1
          if held[owner] > owners[owner].tightestPorts {
            owners[owner].tightestPorts = held[owner]
            owners[owner].tightest = key
          }
        }
      }
      for owner in present { (living[owner], held[owner]) = (0, 0) }
      start = end
    }
  }

  /// Who gets the `ownerless` of a pool, by somebody who knows better; nil where nobody does.
  private static func shares(
    _ ownerless: [Int], of pool: TupleKey, among present: [Int], _ living: [Int],
    _ holdings: PortHoldings,
    _ divide: (TupleKey, () -> OwnerlessSockets) -> [OwnerlessShare]?
  ) -> [OwnerlessShare]? {
    if ownerless.isEmpty { return nil }
    let shares = divide(pool) {
      let waiting = ownerless.count { holdings.rows[$0].isWaiting }
      return OwnerlessSockets(
        living: Dictionary(uniqueKeysWithValues: present.map { ($0, living[$0]) }),
        waiting: waiting, orphaned: ownerless.count - waiting)
    }
    return shares?.filter { $0.owner >= firstKnown }
  }

  /// Gives each its share of the ownerless, as far as there are any.
  private mutating func give(
    _ ownerless: [Int], _ shares: [OwnerlessShare], _ numbers: inout [UInt32], _ held: inout [Int],
    _ holdings: PortHoldings
  ) {
    var waiting = ownerless.filter { holdings.rows[$0].isWaiting }[...]
    var orphaned = ownerless.filter { !holdings.rows[$0].isWaiting }[...]
    for share in shares {
      for index in waiting.prefix(share.waiting) + orphaned.prefix(share.orphaned) {
        give(index, to: share.owner, &numbers, &held, holdings)
      }
      waiting = waiting.dropFirst(share.waiting)
      orphaned = orphaned.dropFirst(share.orphaned)
    }
  }

  private mutating func give(
    _ index: Int, to owner: Int, _ numbers: inout [UInt32], _ held: inout [Int],
    _ holdings: PortHoldings
  ) {
    numbers[index] = UInt32(truncatingIfNeeded: owner)
    guard holdings.rows[index].isCounted else { return }
    owners[owner].inferred += 1
    held[owner] += 1
  }

  /// Gives each owner its share of the ownerless: whole numbers, the largest remainders first.
  private mutating func share(
    _ ownerless: [Int], among present: [Int], _ living: [Int], _ numbers: inout [UInt32],
    _ held: inout [Int], _ holdings: PortHoldings
  ) {
    let total = present.reduce(0) { $0 + living[$1] }
    guard total > 0, !ownerless.isEmpty else { return }
    // The unseen have their share too, which then stays unknown: nobody else is to be blamed for it.
    var shares = present.map { owner in
      let exact = ownerless.count * living[owner]
      return (owner: owner, whole: exact / total, rest: exact % total)
    }
    shares.sort { ($0.rest, living[$0.owner], $1.owner) > ($1.rest, living[$1.owner], $0.owner) }
    var left = ownerless.count - shares.reduce(0) { $0 + $1.whole }
    var next = 0
    for share in shares {
      let count = share.whole + (left > 0 ? 1 : 0)
      left -= left > 0 ? 1 : 0
      for index in ownerless[next..<next + count] where share.owner != Self.unseen {
        give(index, to: share.owner, &numbers, &held, holdings)
      }
      next += count
    }
  }

  /// Walks the owners one after the other, with one set of ports for all.
  private mutating func countPorts(_ holdings: PortHoldings, _ numbers: [UInt32]) {
    let order = Self.order(numbers.count, keys: owners.count) { Int(numbers[$0]) }
    var all = PortSet(), mine = PortSet()
    var start = 0
    while start < order.count {
      let owner = numbers[Int(order[start])]
      mine.removeAll()
      while start < order.count, numbers[Int(order[start])] == owner {
        let row = holdings.rows[Int(order[start])]
        start += 1
        guard row.isCounted else { continue }
        mine.insert(row.port)
        owners[Int(owner)].states.count(raw: row.state)
        sockets += 1
      }
      owners[Int(owner)].ports = mine.count
      all.formUnion(mine)
    }
    ports = all.count
  }

  /// The indices below `count` by key, in order of arrival within one; keys from `keys` on come last.
  private static func order(_ count: Int, keys: Int, key: (Int) -> Int) -> [UInt32] {
    var starts = [UInt32](repeating: 0, count: keys + 2)
    for index in 0..<count { starts[min(key(index), keys) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var order = [UInt32](repeating: 0, count: count)
    for index in 0..<count {
      let bucket = min(key(index), keys)
      order[Int(starts[bucket])] = UInt32(truncatingIfNeeded: index)
      starts[bucket] += 1
    }
    return order
  }
}
