/// Something that is wrong or will be, with the evidence from this host and what is to be done.
///
/// A finding holds numbers and no words: addresses stand in its pool's key alone, so that whoever puts it
/// into words can redact them.
public struct Finding: Hashable, Sendable {
  /// What it is.
  public var id: FindingID
  /// How bad it is.
  public var severity: FindingSeverity
  /// The namespace's name.
  public var namespace: String
  /// The pool that suffers; nil when it is the whole namespace, or the host.
  public var pool: PoolKey?
  /// The numbers that show it.
  public var evidence: [FindingEvidence]
  /// What is to be done, the safest first.
  public var advice: [FindingAdvice]
  /// Single ports that it is about, at most 64: those of listeners.
  public var ports: [UInt16] = []

  /// The finding given; advice is put into order.
  public init(
    _ id: FindingID, _ severity: FindingSeverity, namespace: String, pool: PoolKey? = nil,
    evidence: [FindingEvidence], advice: [FindingAdvice]
  ) {
    self.id = id
    self.severity = severity
    self.namespace = namespace
    self.pool = pool
    self.evidence = evidence
    // Swift's sort is stable: equals stay as the rule has them.
    self.advice = advice.sorted { $0.safety < $1.safety }
  }

  /// The evidence `name`; nil when there is none.
  public subscript(name: FindingEvidence.Name) -> Double? {
    evidence.first { $0.name == name }?.value
  }
}

/// A number that shows something; its name has the unit.
public struct FindingEvidence: Hashable, Sendable {
  /// What is counted, as it is called in documents.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    /// Ports of the pool in the state, or of the kind, that the finding is about.
    case ports
    /// The share that `ports` have in what is held, 0 to 1.
    case share
    /// Ports held in the pool.
    case inUsePorts = "in_use_ports"
    /// The pool's capacity.
    case capacityPorts = "capacity_ports"
    /// How many more will succeed, at most.
    case headroomPorts = "headroom_ports"
    /// The pool's usage, 0 to 1.
    case usage
    /// Ports at which connect() begins to search.
    case cliffPorts = "cliff_ports"
    /// TIME_WAIT ports that the next connect() may take over.
    case reclaimablePorts = "reclaimable_ports"
    /// Connections that this side closes a second, from the ports in TIME_WAIT and how long it lasts.
    case closesPerSecond = "closes_per_s"
    /// Connects a second that the pool can carry for ever.
    case sustainablePerSecond = "sustainable_per_s"
    /// New connects a second, as a collector counted them.
    case arrivalsPerSecond = "arrivals_per_s"
    /// Until no port is left, as a collector foresees it.
    case secondsToExhaustion = "seconds_to_exhaustion"
    /// Connects that failed, as a collector counted them.
    case failedConnects = "failed_connects"
    /// How long a port is held at most, in the state that the finding is about.
    case heldSeconds = "held_s"
    /// Listeners' ports inside the range.
    case listenerPorts = "listener_ports"
    /// Ports inside the range that are bound, idle, and no listener's.
    case idleBindPorts = "idle_bind_ports"
    /// Whether ports were found out by a probe (1) or are guessed from their parity (0).
    case isExact = "exact"
    /// The range's ports.
    case rangePorts = "range_ports"
    /// What is used of a limit, in the limit's unit.
    case used
    /// The limit.
    case limit
    /// From where on the kernel saves, in the limit's unit.
    case pressure
    /// How often something was refused or dropped for this reason, since boot or since the namespace was
    /// made.
    case refused
  }

  /// What is counted.
  public var name: Name
  /// How many.
  public var value: Double

  /// `value` of `name`.
  public init(_ name: Name, _ value: Double) {
    self.name = name
    self.value = value.isFinite ? value : 0
  }

  /// `value` of `name`.
  public init(_ name: Name, _ value: Int) { self.init(name, Double(value)) }

  /// `value` of `name`; nil when it is not known.
  init?(_ name: Name, ifKnown value: Double?) {
    guard let value else { return nil }
    self.init(name, value)
  }
}
