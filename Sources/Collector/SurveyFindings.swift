internal import Pools

/// What a survey has found so far.
struct SurveyFindings {
  /// The caller's own namespace.
  let own: UInt64
  /// What was counted.
  private(set) var namespaces: [NamespaceSnapshot] = []
  /// What was not.
  var uncounted: [UncountedNamespace] = []
  /// How many namespaces went meanwhile.
  var gone = 0
  /// What counting cost.
  private(set) var cost = SampleCost(dumpNanoseconds: 0, dumpRows: 0, rows: 0, cpuNanoseconds: 0)
  private var found: [(flag: SnapshotFlag, count: Int)] = []

  init(own: UInt64) { self.own = own }

  /// What is wrong in them.
  private(set) var diagnosis = Diagnosis()
  /// Failed connects of the whole host; nil when no collector that was asked counts those.
  private(set) var failures: ConnectFailures?
  /// How old the oldest memory was that something comes from.
  private(set) var memoryAgeNanoseconds: UInt64?

  /// Takes over the document of one namespace, and what is wrong in it.
  mutating func take(_ document: Snapshot, _ found: Diagnosis?) {
    namespaces += document.namespaces
    if let found { diagnosis.take(found) }
    if document.failures?.coverage == .host { failures = document.failures }
    if let age = document.memoryAgeNanoseconds {
      memoryAgeNanoseconds = max(age, memoryAgeNanoseconds ?? 0)
    }
    cost.dumpNanoseconds += document.cost.dumpNanoseconds
    cost.dumpRows += document.cost.dumpRows
    cost.rows += document.cost.rows
    for flag in document.flags {
      // Its text has the age, which is another one in each.
      let isMemory = flag.id == "from_collector"
      if let index = self.found.firstIndex(where: {
        $0.flag == flag || isMemory && $0.flag.id == flag.id
      }) {
        self.found[index].count += 1
      } else {
        self.found.append((flag, 1))
      }
    }
  }

  /// Tightest first.
  mutating func sort() {
    namespaces.sort { left, right in
      guard let pool = Verdict([left]).pool else { return false }
      guard let other = Verdict([right]).pool else { return true }
      if pool.verdict != other.verdict { return pool.verdict > other.verdict }
      return pool.usage != other.usage ? pool.usage > other.usage : left.name < right.name
    }
    uncounted.sort { $0.precedes($1) }
  }

  /// Each flag once; with the number of its namespaces unless it holds in all. Names are no part of it:
  /// a flag is written as it is, also where names are redacted.
  var flags: [SnapshotFlag] {
    found.map { flag, count in
      guard count < namespaces.count else { return flag }
      return SnapshotFlag(flag.id, "in \(count) of \(namespaces.count) namespaces: \(flag.text)")
    }
  }
}
