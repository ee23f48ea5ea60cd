/// In which pools some sockets are, which are called by their numbers: 4 bytes each.
///
/// Pools are told apart up to a limit; sockets of further ones are in none.
public struct SocketPools: Sendable {
  /// By number, less 1: the pool's index, plus 1; 0 for none.
  private var indices: [UInt32] = []
  private var indexOf: [TupleKey: UInt32] = [:]
  /// The pools, in the order of arrival.
  public private(set) var tuples: [TupleKey] = []
  /// The pool of the last socket, which the next has as a rule where the kernel sorts by nothing.
  private var last: (tuple: TupleKey, index: UInt32)?
  private let poolLimit: Int

  /// No socket.
  public init(poolLimit: Int = 131_072) { self.poolLimit = poolLimit }

  /// Forgets all sockets and pools, and keeps the memory.
  public mutating func removeAll() {
    indices.removeAll(keepingCapacity: true)
    indexOf.removeAll(keepingCapacity: true)
    tuples.removeAll(keepingCapacity: true)
    last = nil
  }

  /// Notes that the socket with this number is in the pool of `tuple`; 0 is no socket.
  public mutating func note(_ number: UInt32, in tuple: TupleKey) {
    guard number > 0 else { return }
    while indices.count < Int(number) { indices.append(0) }
    indices[Int(number) - 1] = index(of: tuple)
  }

  /// The index in `tuples` of a socket's pool; nil for one that was not noted.
  public func pool(_ number: UInt32) -> Int? {
    guard number > 0, Int(number) <= indices.count else { return nil }
    let index = indices[Int(number) - 1]
    return index == 0 ? nil : Int(index) - 1
  }

  /// The largest number that was noted.
  public var count: Int { indices.count }

  private mutating func index(of tuple: TupleKey) -> UInt32 {
    if let last, last.tuple == tuple { return last.index }
    let index = indexOf[tuple] ?? add(tuple)
    last = (tuple, index)
    return index
  }

  private mutating func add(_ tuple: TupleKey) -> UInt32 {
    guard tuples.count < poolLimit else { return 0 }
    tuples.append(tuple)
    let index = UInt32(truncatingIfNeeded: tuples.count)
    indexOf[tuple] = index
    return index
  }
}
