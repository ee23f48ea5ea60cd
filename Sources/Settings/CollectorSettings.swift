public import Alarms

/// What one layer says about the collector: the command line, the environment or a file. What is nil it
/// leaves to the layers below.
public struct CollectorSettings: Hashable, Sendable {
  /// The time between frames.
  public var intervalNanoseconds: UInt64?
  /// The share of one processor that collecting may take.
  public var budget: Double?
  /// The time between two looks at the guard's counters.
  public var guardIntervalNanoseconds: UInt64?
  /// Which network namespaces are collected.
  public var namespaces: CollectedNamespaces?
  /// The directory of rings.
  public var ringDirectory: String?
  /// What the rings of all namespaces take together, in bytes.
  public var ringTotal: Int?
  /// What the tier of single samples keeps.
  public var ringRaw: Retention?
  /// What the tier of ten seconds keeps.
  public var ringTenSeconds: Retention?
  /// What the tier of minutes keeps.
  public var ringMinutes: Retention?
  /// The permissions of rings.
  public var ringMode: UInt32?
  /// Usage from which a pool is a warning.
  public var warning: Double?
  /// Usage from which a pool is critical.
  public var critical: Double?
  /// The most connect pools that are remembered at once.
  public var maxPools: Int?
  /// The most local addresses that are remembered at once.
  public var maxAddresses: Int?
  /// Whether failures are counted too that may be ordinary ones, at a price for the whole host.
  public var possibleFailures: Bool?
  /// Whether it is counted who holds ports.
  public var owners: Bool?
  /// How much is said in the log.
  public var logLevel: LogLevel?
  /// The service that suffers, for alarms.
  public var service: String?
  /// The role of the host in it, for alarms.
  public var role: String?
  /// All alarm rules that hold: the built-in ones, changed, without those switched off, and new ones.
  public var alarms: [AlarmRule]?

  /// A layer that says nothing.
  public init() {}

  /// This layer above `lower`: what it does not say is as there.
  public func over(_ lower: CollectorSettings) -> CollectorSettings {
    var sum = CollectorSettings()
    sum.intervalNanoseconds = intervalNanoseconds ?? lower.intervalNanoseconds
    sum.budget = budget ?? lower.budget
    sum.guardIntervalNanoseconds = guardIntervalNanoseconds ?? lower.guardIntervalNanoseconds
    sum.namespaces = namespaces ?? lower.namespaces
    sum.ringDirectory = ringDirectory ?? lower.ringDirectory
    sum.ringTotal = ringTotal ?? lower.ringTotal
    sum.ringRaw = ringRaw ?? lower.ringRaw
    sum.ringTenSeconds = ringTenSeconds ?? lower.ringTenSeconds
    sum.ringMinutes = ringMinutes ?? lower.ringMinutes
    sum.ringMode = ringMode ?? lower.ringMode
    sum.warning = warning ?? lower.warning
    sum.critical = critical ?? lower.critical
    sum.maxPools = maxPools ?? lower.maxPools
    sum.maxAddresses = maxAddresses ?? lower.maxAddresses
    sum.possibleFailures = possibleFailures ?? lower.possibleFailures
    sum.owners = owners ?? lower.owners
    sum.logLevel = logLevel ?? lower.logLevel
    sum.service = service ?? lower.service
    sum.role = role ?? lower.role
    sum.alarms = alarms ?? lower.alarms
    return sum
  }
}
