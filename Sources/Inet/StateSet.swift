/// A set of socket states as the mask of a request (`idiag_states`).
public struct StateSet: OptionSet, Hashable, Sendable {
  /// Bit n stands for state number n.
  public let rawValue: UInt32

  /// The set with this mask; bits that are no state are kept and mean nothing.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The set of one state.
  public init(_ state: SocketState) { rawValue = 1 << UInt32(state.rawValue) }

  /// The set of several states.
  public init(_ states: some Sequence<SocketState>) {
    self = states.reduce(into: []) { $0.formUnion(StateSet($1)) }
  }

  /// Every state of the ordinary tables: 0x0FFF. Without bound-inactive, which is a walk of its own.
  public static let table = StateSet(rawValue: 0x0FFF)
  /// Listeners, in a small table of their own: 0x0400.
  public static let listen = StateSet(.listen)
  /// What a connected socket can be in, TIME_WAIT included: 0x0B76.
  public static let connected = StateSet(rawValue: 0x0B76)
  /// Bound and idle (6.8): walks the bind hash of the whole host, slow.
  public static let boundInactive = StateSet(.boundInactive)

  /// Whether the set has `state`.
  public func contains(_ state: SocketState) -> Bool {
    rawValue & (1 << UInt32(state.rawValue)) != 0
  }
}
