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

  /// Takes over the document of one namespace.
  mutating func take(_ document: Snapshot) {
    namespaces += document.namespaces
    cost.dumpNanoseconds += document.cost.dumpNanoseconds
    cost.dumpRows += document.cost.dumpRows
    cost.rows += document.cost.rows
    for flag in document.flags {
      if let index = found.firstIndex(where: { $0.flag == flag }) {
        found[index].count += 1
      } else {
        found.append((flag, 1))
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
