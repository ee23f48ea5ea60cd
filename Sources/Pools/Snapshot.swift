/// What `ullage` knows of a host at one instant: the values behind the snapshot document.
public struct Snapshot: Sendable {
  /// The host's name.
  public var host: String
  /// When it was taken: nanoseconds since 1970-01-01 UTC.
  public var takenAtNanoseconds: UInt64
  /// How long taking it took.
  public var durationNanoseconds: UInt64
  /// The kernel's release: "6.18.44".
  public var kernel: String
  /// What was not available or not visible, and why.
  public var flags: [SnapshotFlag]
  /// The namespaces looked at.
  public var namespaces: [NamespaceSnapshot]
  /// Namespaces that were found and not counted, the one that may be fullest first.
  public var uncounted: [UncountedNamespace] = []
  /// Whether the pools are only those that match what was asked for.
  public var isFiltered: Bool
  /// What taking it cost.
  public var cost: SampleCost
  /// Failed connects of the host; nil when nobody counts them.
  public var failures: ConnectFailures?
  /// How old the memory of a running collector was that trends and failures come from; nil without one.
  public var memoryAgeNanoseconds: UInt64?
  /// What is wrong and what is to be done, the worst first; nil when nobody looked.
  public var findings: [Finding]?

  /// The worst pool of all namespaces, and how bad it is.
  public var verdict: Verdict { Verdict(namespaces) }

  /// The sums over all namespaces.
  public var totals: NamespaceTotals { NamespaceTotals(self) }

  /// A snapshot of the values given.
  public init(
    host: String, takenAtNanoseconds: UInt64, durationNanoseconds: UInt64, kernel: String,
    flags: [SnapshotFlag], namespaces: [NamespaceSnapshot], isFiltered: Bool = false,
    cost: SampleCost
  ) {
    self.host = host
    self.takenAtNanoseconds = takenAtNanoseconds
    self.durationNanoseconds = durationNanoseconds
    self.kernel = kernel
    self.flags = flags
    self.namespaces = namespaces
    self.isFiltered = isFiltered
    self.cost = cost
  }
}

/// Something that was not available or not visible, and why.
public struct SnapshotFlag: Hashable, Sendable {
  /// A word that never changes: "bound_inactive_unavailable".
  public var id: String
  /// A sentence for people.
  public var text: String

  /// The flag `id`, explained by `text`.
  public init(_ id: String, _ text: String) {
    self.id = id
    self.text = text
  }

  /// The flag of a snapshot whose `Pool.release` gives the latest possible moments.
  public static var releasePhaseUnknownID: String { "release_phase_unknown" }
}

/// What a sample cost.
public struct SampleCost: Hashable, Sendable {
  /// Wall time of the walk over the TCP table.
  public var dumpNanoseconds: UInt64
  /// Rows of that walk, and of the listeners before it.
  public var dumpRows: Int
  /// Rows that the kernel sent, of all walks.
  public var rows: Int
  /// Processor time of all threads.
  public var cpuNanoseconds: UInt64

  /// What one row of the walk took; 0 when there was none.
  public var nanosecondsPerRow: Double {
    dumpRows == 0 ? 0 : Double(dumpNanoseconds) / Double(dumpRows)
  }

  /// The cost given.
  public init(
    dumpNanoseconds: UInt64, dumpRows: Int, rows: Int, cpuNanoseconds: UInt64
  ) {
    self.dumpNanoseconds = dumpNanoseconds
    self.dumpRows = dumpRows
    self.rows = rows
    self.cpuNanoseconds = cpuNanoseconds
  }
}
