/// Who holds a socket, as far as its row says.
struct OwnerKey: FlatKey, Equatable {
  /// The cgroup's number; 0 where the kernel does not tell.
  var cgroup: UInt64
  /// The user's number; more than 32 bits where the kernel has forgotten it.
  var user: UInt64

  /// The key that no row has.
  static var none: OwnerKey { OwnerKey(cgroup: .max, user: 1 << 40) }

  var knownCgroup: UInt64? { cgroup == 0 ? nil : cgroup }
  var knownUser: UInt32? { UInt32(exactly: user) }

  func hash(_ seed: HashSeed) -> UInt64 { mix(cgroup ^ seed.first, user ^ seed.second) }
}

/// An owner; its index is its number.
struct OwnerEntry: FlatEntry {
  let key: OwnerKey

  init(_ key: OwnerKey, credit: UInt32) { self.key = key }

  func matches(_ key: OwnerKey) -> Bool { self.key == key }

  // Owners are never purged: a table that is full stays as it is.
  var credit: UInt32 { .max }
  mutating func clear() {}
}

/// How a socket holds its port, and how its owner is known.
enum HeldPart {
  /// It lives: its row says whose it is.
  case living
  /// In TIME_WAIT: remembered.
  case waiting
  /// Closed, and the other end is not, so that the kernel keeps as little of it as in TIME_WAIT: remembered.
  case orphaned
}

/// A pool and an owner.
struct HolderKey: FlatKey {
  /// The pool. Wide keys are compared by their digest alone: 128 secret bits.
  var pool: PoolKey
  var owner: UInt32

  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 {
    mix(pool.addresses ^ seed.first, (pool.scope ^ seed.second) &+ UInt64(owner) << 17)
  }
}

/// What an owner holds of a pool: 32 bytes.
struct HolderEntry: FlatEntry {
  let key: HolderKey
  private(set) var living: UInt32 = 0
  /// Of sockets without owner that are remembered: those in TIME_WAIT, and FIN_WAIT2 orphans. A pool has as many as
  /// it has ports, which 16 bits hold.
  private(set) var waiting: UInt16 = 0
  private(set) var orphaned: UInt16 = 0
  /// Where the owner's ports at the pool's address are; .max where there was no room.
  var place: UInt32 = .max

  init(_ key: HolderKey, credit: UInt32) { self.key = key }

  @inline(__always)
  func matches(_ key: HolderKey) -> Bool {
    self.key.owner == key.owner && self.key.pool.equals(key.pool)
  }

  @inline(__always)
  mutating func add(_ part: HeldPart) {
    switch part {
    case .living: living &+= 1
    // A table that moved may show one twice.
    case .waiting: waiting += waiting == .max ? 0 : 1
    case .orphaned: orphaned += orphaned == .max ? 0 : 1
    }
  }

  // Holders are never purged: what does not fit stays without owner.
  var credit: UInt32 { .max }
  mutating func clear() { (living, waiting, orphaned, place) = (0, 0, 0, .max) }
}
