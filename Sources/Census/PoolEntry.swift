/// One connect pool, counted: 64 bytes.
///
///     base 4 · pair 4 · seen 4 · 0 4 · key 16 · spare 2 · states 11 × 2 · taken 2 × 2 · reclaimable 2 × 2
///
/// Within a pool one tuple is one source port, so counters of rows are counters of ports; a pool has
/// 65,536 at most, and 16 bits suffice; a repeated row in a tiny table may add one too many, so counters
/// stop at their end. The spare counter takes what no one asks for, so that counting has no branch.
struct PoolEntry: BitwiseCopyable, Sendable {
  /// The table's base when the entry was made.
  private(set) var base: UInt32
  /// Where the addresses of a wide key are.
  var pair: UInt32
  /// 1 when the pool had a row in this pass.
  private var seen: UInt32
  private let padding: UInt32 = 0
  let key: PoolKey
  /// `Counter` says which is which.
  private var counters: [16 of UInt16] = InlineArray(repeating: 0)

  /// The numbers of the counters.
  enum Counter {
    /// Ports of E by state: the kernel's number.
    static var states: Range<UInt8> { 1..<12 }
    /// Ports of A with a tuple that connect() may not take over: with the parity of low; the other.
    static var taken: UInt8 { 12 }
    /// Ports of A whose TIME_WAIT the next connect() may take over: with the parity of low; the other.
    static var reclaimable: UInt8 { 14 }
    /// The counter of rows in the state with the kernel's number `raw`. A number that no kernel documents
    /// is counted as close (7), so that its port is not lost.
    @inline(__always)
    static func state(_ raw: UInt8) -> UInt8 { isDocumented(raw) ? raw : 7 }
    /// Whether a kernel documents the state with the number `raw`, so that it is the counter's number too.
    @inline(__always)
    static func isDocumented(_ raw: UInt8) -> Bool { raw &- 1 < 11 }
    /// Read by nobody.
    static var spare: UInt8 { 0 }
  }

  init(_ key: PoolKey, base: UInt32, pair: UInt32) {
    self.key = key
    self.base = base
    self.pair = pair
    seen = 0
  }

  /// Whether the pool had a row in this pass.
  var isSeen: Bool { seen != 0 }

  /// Takes note of a row; 1 when it is the first of the pass, otherwise 0.
  @inline(__always)
  mutating func see() -> Int {
    let isFirst = Int(1 &- seen)
    seen = 1
    return isFirst
  }

  /// The table's base when the entry was made, plus one for each row counted into it since.
  var credit: UInt32 {
    var credit = base
    for state in Counter.states { credit &+= UInt32(counters[Int(state)]) }
    return credit
  }

  subscript(counter: UInt8) -> Int { Int(counters[Int(counter)]) }

  /// Adds one, unless the counter is at its end.
  @inline(__always)
  mutating func increment(_ counter: UInt8) {
    let index = Int(counter & 15)
    let (sum, isOver) = counters[index].addingReportingOverflow(1)
    counters[index] = sum &- (isOver ? 1 : 0)
  }

  mutating func decrement(_ counter: UInt8) { counters[Int(counter)] &-= 1 }

  /// Zeroes the counters and keeps the key.
  mutating func clear(isSeen: Bool) {
    counters = InlineArray(repeating: 0)
    base = 0
    seen = isSeen ? 1 : 0
  }
}
