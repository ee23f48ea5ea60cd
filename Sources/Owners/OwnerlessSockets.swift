/// The sockets of one pool whose owners the kernel has forgotten, and those who hold the others.
public struct OwnerlessSockets: Hashable, Sendable {
  /// Who has living sockets there: numbers from `OwnerCounts.firstKnown` on, and how many sockets.
  public var living: [Int: Int]
  /// How many are in TIME_WAIT.
  public var waiting: Int
  /// How many are orphans: closed, while the other end is not.
  public var orphaned: Int

  /// The sockets given.
  public init(living: [Int: Int], waiting: Int, orphaned: Int) {
    self.living = living
    self.waiting = waiting
    self.orphaned = orphaned
  }
}

/// What one owner gets of a pool's ownerless sockets.
public struct OwnerlessShare: Hashable, Sendable {
  /// The owner's number, from `OwnerCounts.firstKnown` on; it may be of one who holds nothing alive.
  public var owner: Int
  /// Sockets in TIME_WAIT.
  public var waiting: Int
  /// Orphans.
  public var orphaned: Int

  /// The share given.
  public init(owner: Int, waiting: Int, orphaned: Int) {
    self.owner = owner
    self.waiting = waiting
    self.orphaned = orphaned
  }
}
