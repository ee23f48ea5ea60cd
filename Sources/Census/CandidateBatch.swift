internal import Inet

/// An outbound row on its way into its pool.
struct Candidate: BitwiseCopyable {
  var key: PoolTuple
  var hash: UInt64
  var port: UInt16
  /// The state's counter: the kernel's number - 1.
  var state: Int
  var isAvailable: Bool
  var isReclaimable: Bool
}

/// A fixed number of candidates, so that lookups of different rows can overlap in the memory system.
struct CandidateBatch {
  private var storage: [Candidate]
  private(set) var count = 0

  /// A full datagram has 261 rows of 124 bytes, or 372 of the shortest.
  static var capacity: Int { 384 }

  init() {
    let key = PoolTuple(
      source: .anyIPv4, destination: .anyIPv4, interface: 0, destinationPort: 0)
    storage = Array(
      repeating: Candidate(
        key: key, hash: 0, port: 0, state: 0, isAvailable: false, isReclaimable: false),
      count: Self.capacity)
  }

  var isFull: Bool { count == Self.capacity }

  subscript(index: Int) -> Candidate { storage[index] }

  @inline(__always)
  mutating func append(
    _ key: PoolTuple, hash: UInt64, port: UInt16, state raw: UInt8, isAvailable: Bool,
    isReclaimable: Bool
  ) {
    // A number that no kernel documents is counted as close (7), so that its port is not lost.
    let state = raw >= 1 && raw <= 11 ? Int(raw) - 1 : 6
    storage[count] = Candidate(
      key: key, hash: hash, port: port, state: state, isAvailable: isAvailable,
      isReclaimable: isReclaimable)
    count += 1
  }

  mutating func removeAll() { count = 0 }
}
