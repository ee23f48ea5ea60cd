public import Inet

/// The ports that no connect() may take, each with what is seen on it.
public struct BlockedPortList: Hashable, Sendable {
  /// What is known of who blocks a port.
  public enum Holder: String, Hashable, Sendable, CaseIterable {
    /// A listener.
    case listener
    /// A socket that was bound and neither listens nor connects.
    case idleBind = "idle_bind"
    /// A connection whose socket was bound before it connected, or accepted by a listener that has gone.
    case connection
    /// The TIME_WAIT, or the orphan in FIN_WAIT2, of such a connection.
    case timeWait = "time_wait"
    /// Nothing is seen on it: it has gone since, or the kernel does not show it (idle binds before 6.8).
    case unknown
  }

  /// Neighbouring ports with the same holder.
  public struct Run: Hashable, Sendable {
    /// The ports.
    public var range: PortRange
    /// What is seen on each.
    public var holder: Holder
  }

  /// The range of ephemeral ports.
  public var range: PortRange
  /// How many of them are reserved.
  public var reservedCount: Int
  /// How many were asked for.
  public var probedCount: Int
  /// How long that took.
  public var nanoseconds: UInt64
  /// The blocked ports.
  public var ports: PortSet
  /// What is seen on them; a port that is not here has an unknown holder.
  public var holders: [UInt16: Holder] = [:]

  /// The ports given.
  public init(
    range: PortRange, reservedCount: Int, probedCount: Int, nanoseconds: UInt64, ports: PortSet
  ) {
    self.range = range
    self.reservedCount = reservedCount
    self.probedCount = probedCount
    self.nanoseconds = nanoseconds
    self.ports = ports
  }

  /// What a connect pool can hold: ports that are neither reserved nor blocked.
  public var capacity: Int { max(0, probedCount - ports.count) }

  /// The blocked ports in ascending order, neighbours with the same holder together.
  public var runs: [Run] {
    var runs: [Run] = []
    for port in ports {
      let holder = holders[port] ?? .unknown
      if let last = runs.last, last.holder == holder, Int(last.range.high) + 1 == Int(port),
        let range = PortRange(low: last.range.low, high: port)
      {
        runs[runs.count - 1].range = range
      } else {
        runs.append(Run(range: PortRange(port), holder: holder))
      }
    }
    return runs
  }
}
