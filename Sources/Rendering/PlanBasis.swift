public import Inet
public import Pools

/// What a plan's ports and times come from.
public struct PlanBasis: Hashable, Sendable {
  /// Where the ports come from.
  public enum Ports: Hashable, Sendable {
    /// This host's range in a namespace, less what is reserved and blocked.
    case host(namespace: String)
    /// A range that was asked about.
    case range
    /// A number that was asked about.
    case number

    /// Its name in documents.
    var name: String {
      switch self {
      case .host: "host"
      case .range: "range"
      case .number: "number"
      }
    }
  }

  /// Where the ports come from.
  public var ports: Ports
  /// The range; nil for a mere number of ports.
  public var range: PortRange?
  /// Reserved ports in it; nil where nobody knows.
  public var reserved: Int?
  /// Ports in it that listeners and idle binds keep from connect(), at least; nil where nobody knows.
  public var blocked: Int?
  /// The widest range that is safe to advise; nil where this one is wide enough, or there is none.
  public var proposal: RangeProposal?
  /// The reserved ports, within the range and outside; nil where nobody knows.
  public var reservedPorts: PortSet?
  /// Ports that something listens to, within the range and outside, as far as they are known.
  public var listeners = PortSet()
  /// The kernel's ticks a second, which decide the teeth; nil for another system.
  public var ticksPerSecond: Int?
  /// What could not be had, and what that means; in words.
  public var notes: [String] = []

  /// The basis given.
  public init(_ ports: Ports, range: PortRange? = nil) {
    self.ports = ports
    self.range = range
  }
}
