public import Alarms
public import Pools

/// What the collector goes by, complete: each value of the uppermost layer that has it, or the default.
public struct CollectorConfiguration: Hashable, Sendable {
  /// The time between frames: 1 s.
  public var intervalNanoseconds: UInt64 = 1_000_000_000
  /// The share of one processor that collecting may take: 2 %.
  public var budget = 0.02
  /// The time between two looks at the guard's counters: 100 ms.
  public var guardIntervalNanoseconds: UInt64 = 100_000_000
  /// Which network namespaces are collected: all that may be entered.
  public var namespaces = CollectedNamespaces.all
  /// Where the rings are.
  public var ring = Ring()
  /// Where usage becomes a warning and critical.
  public var thresholds = VerdictThresholds()
  /// The most connect pools that are remembered at once.
  public var maxPools = 131_072
  /// The most local addresses that are remembered at once.
  public var maxAddresses = 1024
  /// Whether failures of bind() and of UDP are counted that may be ordinary ones: not, because that costs
  /// every system call of the host 2 to 5 ns.
  public var possibleFailures = false
  /// Whether it is counted who holds ports, by cgroup and by user: a second look at each socket, and 20 bytes for
  /// each that is remembered until its TIME_WAIT is over.
  public var owners = true
  /// How much is said in the log.
  public var logLevel = LogLevel.info
  /// The alarm rules, each with the service and the role that are configured.
  public var alarms = AlarmRule.builtIn

  /// The rings and what they keep.
  public struct Ring: Hashable, Sendable {
    /// The directory: /run/ullage.
    public var directory = "/run/ullage"
    /// What the rings of all namespaces take together: 64 MiB.
    public var totalByteCount = 64 << 20
    /// Single samples: 10 minutes of them.
    public var raw = Retention.nanoseconds(600_000_000_000)
    /// Whether some layer says what `raw` is. Unless one does, what it takes to keep it may be bounded.
    public var isRawExplicit = false
    /// Ten seconds each: an hour of them.
    public var tenSeconds = Retention.nanoseconds(3_600_000_000_000)
    /// Minutes: a day of them.
    public var minutes = Retention.nanoseconds(86_400_000_000_000)
    /// The permissions of the files: everybody may read.
    public var mode: UInt32 = 0o644
    /// The defaults.
    public init() {}
  }

  /// The defaults.
  public init() {}

  /// The values of layers, the uppermost first: command line, environment, file.
  public init(_ layers: [CollectorSettings]) throws(ConfigurationError) {
    let settings = layers.reversed().reduce(CollectorSettings()) { $1.over($0) }
    intervalNanoseconds = settings.intervalNanoseconds ?? intervalNanoseconds
    budget = settings.budget ?? budget
    guardIntervalNanoseconds = settings.guardIntervalNanoseconds ?? guardIntervalNanoseconds
    namespaces = settings.namespaces ?? namespaces
    ring.directory = settings.ringDirectory ?? ring.directory
    ring.totalByteCount = settings.ringTotal ?? ring.totalByteCount
    ring.raw = settings.ringRaw ?? ring.raw
    ring.isRawExplicit = settings.ringRaw != nil
    ring.tenSeconds = settings.ringTenSeconds ?? ring.tenSeconds
    ring.minutes = settings.ringMinutes ?? ring.minutes
    ring.mode = settings.ringMode ?? ring.mode
    thresholds.warning = settings.warning ?? thresholds.warning
    thresholds.critical = settings.critical ?? thresholds.critical
    maxPools = settings.maxPools ?? maxPools
    maxAddresses = settings.maxAddresses ?? maxAddresses
    possibleFailures = settings.possibleFailures ?? possibleFailures
    owners = settings.owners ?? owners
    logLevel = settings.logLevel ?? logLevel
    alarms = settings.alarms ?? alarms
    for index in alarms.indices {
      alarms[index].service = settings.service ?? ""
      alarms[index].role = settings.role ?? ""
    }
    // They may come from different layers, so nobody knows before.
    guard thresholds.warning <= thresholds.critical else {
      throw .value(
        source: "the configuration", key: "thresholds.warning", found: "\(thresholds.warning)",
        allowed: "at most thresholds.critical, which is \(thresholds.critical)")
    }
  }
}
