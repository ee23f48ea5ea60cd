public import Inet
public import Kernel

/// What probes have found: the answer to one question, the blocked ports, or both.
public struct ProbeReport: Hashable, Sendable {
  /// The host's name.
  public var host: String
  /// The namespace's name.
  public var namespace: String
  /// When it was asked, CLOCK_REALTIME.
  public var takenAtNanoseconds: UInt64
  /// The question about one pool, and its answer.
  public var question: ProbeQuestion?
  /// Which ports no connect() may take.
  public var blocked: BlockedPortList?

  /// A report that has no answers yet.
  public init(host: String, namespace: String, takenAtNanoseconds: UInt64) {
    self.host = host
    self.namespace = namespace
    self.takenAtNanoseconds = takenAtNanoseconds
  }

  /// Whether all that was asked for can be had: every probe was given a port, and not every port is
  /// blocked or reserved.
  public var isYes: Bool {
    question?.isYes != false && blocked.map { $0.capacity > 0 } != false
  }
}

/// A question about one pool: would the next connect(), or bind(), get a port?
public struct ProbeQuestion: Hashable, Sendable {
  /// What was asked.
  public enum Operation: Hashable, Sendable {
    /// connect() to an address and port, from `source` if it is known.
    case connect(source: IPAddress?, destination: IPAddress, port: UInt16)
    /// bind() to an address and port 0.
    case bind(IPAddress)
  }

  /// Why it was answered as it was.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A port was given.
    case granted
    /// No port is left in the pool.
    case exhausted
    /// The source is no address of this host.
    case sourceNotLocal = "source_not_local"
    /// No address of this host fits the destination.
    case noSource = "no_source"
    /// There is no route.
    case noRoute = "no_route"
    /// Something forbids it.
    case refused
  }

  /// How long calls took, in nanoseconds.
  public struct Times: Hashable, Sendable {
    /// The shortest.
    public var minimum: UInt64
    /// The middle one.
    public var median: UInt64
    /// The longest.
    public var maximum: UInt64

    /// The times given.
    public init(minimum: UInt64, median: UInt64, maximum: UInt64) {
      self.minimum = minimum
      self.median = median
      self.maximum = maximum
    }
  }

  /// TCP or UDP.
  public var transport: TransportProtocol
  /// What was asked.
  public var operation: Operation
  /// The interface of a link-local address, as it was given.
  public var interface: String?
  /// How many times it was asked.
  public var probeCount: Int
  /// How many times a port was given.
  public var grantedCount = 0
  /// Why the first probe without a port had none; `granted` if every one had.
  public var reason = Reason.granted
  /// The errno of that probe.
  public var errno: Errno?
  /// The address that was given last.
  public var lastAddress: IPAddress?
  /// The port that was given last.
  public var lastPort: UInt16?
  /// How long the calls took.
  public var times: Times?
  /// The same call to a destination that nobody uses.
  public var unusedTimes: Times?
  /// The same call with one port to choose from.
  public var plainTimes: Times?
  /// Whether the kernel searches before it finds a port; nil if that is not known.
  public var isSearching: Bool?
  /// Whether that is not known because a search of so narrow a range could not be measured.
  public var isTooNarrow = false
  /// TIME_WAIT sockets of the pool that connect() could take over before; nil where none ever can.
  public var reusableCount: Int?
  /// How many of them the probes took.
  public var consumedCount: Int?
  /// How much `EstabResets` rose for all this.
  public var establishedResetCount = 0

  /// A question that was not answered yet.
  public init(_ operation: Operation, _ transport: TransportProtocol, probeCount: Int) {
    self.operation = operation
    self.transport = transport
    self.probeCount = probeCount
  }

  /// Whether every probe was given a port.
  public var isYes: Bool { grantedCount == probeCount }
}
