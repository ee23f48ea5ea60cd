internal import Inet

/// What rows are held against.
struct RowScene: Sendable {
  let space: CensusSpace
  let seed: HashSeed
  var listeners = ListenerIndex()
  /// A without the ports of idle binds: E \ R \ ports of listeners. What is in here is in the range, and
  /// no listener has it.
  var available = PortSet()

  /// Ends the listeners: from here on rows are told inbound from outbound.
  mutating func seal() {
    listeners.seal()
    available.removeAll()
    available.insert(space.range)
    available.subtract(space.reserved)
    available.subtract(listeners.ports)
  }
}
