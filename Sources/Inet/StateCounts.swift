/// How many sockets (or ports) are in each state. 56 bytes, no allocation.
public struct StateCounts: Sendable, BitwiseCopyable {
  /// Counters by the kernel's number; 0 takes numbers that no kernel documents.
  @usableFromInline var counters: [14 of UInt32]

  /// None in any state.
  @inlinable
  public init() { counters = InlineArray(repeating: 0) }

  /// The number in `state`.
  public subscript(state: SocketState) -> Int {
    get { Int(counters[Int(state.rawValue)]) }
    set { counters[Int(state.rawValue)] = UInt32(clamping: newValue) }
  }

  /// The number in a state that no kernel documents.
  public var undocumented: Int { Int(counters[0]) }

  /// The number in any state.
  public var total: Int {
    var total = 0
    for index in counters.indices { total += Int(counters[index]) }
    return total
  }

  /// Counts one in the state with the kernel's number `raw`.
  @inlinable
  public mutating func count(raw: UInt8) { counters[raw < 14 ? Int(raw) : 0] &+= 1 }

  /// Sets the number in the state with the kernel's number `raw`.
  public mutating func set(raw: UInt8, _ count: Int) {
    counters[raw < 14 ? Int(raw) : 0] = UInt32(clamping: count)
  }

  /// Adds the counts of `other`.
  public mutating func add(_ other: StateCounts) {
    for index in counters.indices { counters[index] &+= other.counters[index] }
  }
}

extension StateCounts: Hashable {
  /// Whether every counter is equal.
  public static func == (left: StateCounts, right: StateCounts) -> Bool {
    left.counters.indices.allSatisfy { left.counters[$0] == right.counters[$0] }
  }

  /// Feeds every counter.
  public func hash(into hasher: inout Hasher) {
    for index in counters.indices { hasher.combine(counters[index]) }
  }
}
