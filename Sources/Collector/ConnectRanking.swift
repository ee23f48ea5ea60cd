internal import Census
internal import Inet
internal import Pools

/// Picks the first `top` connect pools of a census in the order of a selection, in one pass and
/// bounded memory: a list that is sorted and cut whenever it is twice as long as asked.
struct ConnectRanking {
  private let selection: PoolSelection
  private let space: PortSpace
  private(set) var chosen: [Pool] = []
  /// The worst pool that matches, chosen or not.
  private(set) var worst: Pool?
  /// Pools that match and are not chosen.
  private(set) var leftOut = 0
  /// The most ports in use of one of those.
  private(set) var leftOutInUseMaximum = 0

  init(_ selection: PoolSelection, in space: PortSpace) {
    self.selection = selection
    self.space = space
    chosen.reserveCapacity(min(selection.top, 4096) * 2 + 1)
  }

  /// Takes a pool into account; `unscoped` is the same without an interface, if this one has one.
  mutating func offer(_ count: ConnectCount, unscoped: ConnectCount? = nil) {
    guard
      selection.includes(
        source: count.source, destination: count.destination, port: count.destinationPort,
        states: count.states)
    else { return }
    var pool = Pool.connect(count, unscoped: unscoped, in: space)
    pool.verdict = selection.thresholds.level(of: pool)
    if worst.map({ pool.isWorse(than: $0) }) ?? true { worst = pool }
    chosen.append(pool)
    if chosen.count / 2 > max(selection.top, 32) { cut() }
  }

  /// Sorts, and drops what is not among the first `top`.
  mutating func cut() {
    let selection = self.selection
    chosen.sort { selection.precedes($0, $1) }
    for pool in chosen.dropFirst(selection.top) {
      leftOut += 1
      leftOutInUseMaximum = max(leftOutInUseMaximum, pool.inUse)
    }
    if chosen.count > selection.top { chosen.removeSubrange(selection.top...) }
  }
}

extension Pool {
  /// The pool that `count` counts; `unscoped` is the same without an interface, if it has one.
  static func connect(
    _ count: ConnectCount, unscoped: ConnectCount?, in space: PortSpace
  ) -> Pool {
    let key = PoolKey.connect(
      source: count.source, destination: count.destination, port: count.destinationPort,
      interface: count.interface)
    var pool = Pool.connect(
      key, states: count.states, takenLow: count.takenLow, takenOther: count.takenOther,
      reclaimable: count.reclaimableLow + count.reclaimableOther, in: space)
    if let unscoped {
      // Their ports stand in the way too, and may be the same ports or others: two bounds.
      let plain = Pool.connect(
        key, states: unscoped.states, takenLow: unscoped.takenLow,
        takenOther: unscoped.takenOther, reclaimable: 0, in: space)
      pool.headroom = min(pool.headroom, plain.headroom)
      pool.headroomLower = pool.headroomLower.map {
        max(
          0,
          $0 - unscoped.takenLow - unscoped.takenOther - unscoped.reclaimableLow
            - unscoped.reclaimableOther)
      }
      pool.headroomBound = pool.headroomLower == pool.headroom ? .exact : .upper
    }
    return pool
  }
}
