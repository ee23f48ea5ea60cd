internal import Inet

/// The key of a connect pool: everything of a tuple but the source port.
struct PoolTuple: FlatKey {
  let source: IPAddress
  let destination: IPAddress
  let interface: UInt32
  let destinationPort: UInt16

  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 {
    let scope = UInt64(destinationPort) | UInt64(interface) << 16
    let low = mix(destination.low ^ seed.first, source.low ^ seed.second)
    return mix(low ^ destination.high ^ seed.second, scope ^ source.high ^ seed.first)
  }
}

/// One connect pool, counted: 72 bytes.
///
///     source 16 · destination 16 · interface 4 · credit 4 · port 2 · taken 2 × 2 · reclaimable 2 · states 11 × 2
///
/// Within a pool one tuple is one source port, so counters of rows are counters of ports; a pool has
/// 65,536 at most, and 16 bits suffice; a repeated row in a tiny table may add one too many, so counters
/// stop at their end.
struct PoolEntry: FlatEntry {
  let source: IPAddress
  let destination: IPAddress
  let interface: UInt32
  var credit: UInt32
  let destinationPort: UInt16
  /// Ports of A with a tuple that connect() may not take over, by parity: [that of low, the other].
  var taken: [2 of UInt16] = [0, 0]
  /// Ports of A whose TIME_WAIT the next connect() may take over, by parity.
  var reclaimable: [2 of UInt16] = [0, 0]
  /// Ports of E by state; index = the kernel's number - 1.
  var states: [11 of UInt16] = InlineArray(repeating: 0)

  init(_ key: PoolTuple, credit: UInt32) {
    source = key.source
    destination = key.destination
    interface = key.interface
    destinationPort = key.destinationPort
    self.credit = credit
  }

  var key: PoolTuple {
    PoolTuple(
      source: source, destination: destination, interface: interface,
      destinationPort: destinationPort)
  }

  @inline(__always)
  func matches(_ key: PoolTuple) -> Bool {
    destination == key.destination && source == key.source
      && destinationPort == key.destinationPort && interface == key.interface
  }

  @inline(__always)
  var edges: UInt32 { UInt32(truncatingIfNeeded: source.high) &+ UInt32(states[10]) }

  mutating func clear() {
    taken = [0, 0]
    reclaimable = [0, 0]
    for index in states.indices { states[index] = 0 }
  }
}
