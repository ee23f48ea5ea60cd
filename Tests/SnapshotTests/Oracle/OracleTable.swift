import Pools

/// What all trials came to, by what was tried.
struct OracleTable {
  struct Row {
    /// Trials.
    var compared = 0
    /// Promised exactly, and so it was.
    var equal = 0
    /// Promised as two bounds, and within: of these, at the upper one.
    var within = 0
    var atUpper = 0
    /// What the dump alone promised was the truth; was more than the truth.
    var dumpEqual = 0
    var dumpAbove = 0
    /// Promises broken, of any sort.
    var differences = 0
  }

  private(set) var rows: [OracleTrial.Kind: Row] = [:]
  /// How often connect() turned from one parity to the other where it should, and elsewhere.
  var turnsAsForetold = 0
  var turnsElsewhere = 0

  var total: Row {
    rows.values.reduce(into: Row()) { total, row in
      total.compared += row.compared
      total.equal += row.equal
      total.within += row.within
      total.atUpper += row.atUpper
      total.dumpEqual += row.dumpEqual
      total.dumpAbove += row.dumpAbove
      total.differences += row.differences
    }
  }

  /// Holds what came true against what was promised with the probe and without; false if one was broken.
  mutating func judge(_ kind: OracleTrial.Kind, _ count: Int, exact: Pool, dump: Pool) -> Bool {
    var row = rows[kind, default: Row()]
    row.compared += 1
    let lower = exact.headroomLower ?? exact.headroom
    var isKept = (lower...max(lower, exact.headroom)).contains(count)
    if isKept, exact.headroomBound == .exact { row.equal += 1 }
    if isKept, exact.headroomBound == .upper {
      row.within += 1
      if count == exact.headroom { row.atUpper += 1 }
    }
    if dump.headroom < count || (dump.headroomLower ?? 0) > count { isKept = false }
    if dump.headroomBound == .exact, dump.headroom != count { isKept = false }
    if dump.headroom == count { row.dumpEqual += 1 }
    if dump.headroom > count { row.dumpAbove += 1 }
    if !isKept { row.differences += 1 }
    rows[kind] = row
    return isKept
  }

  /// The table as lines.
  var lines: [String] {
    let titles = [
      "compared", "equal", "in bounds", "at upper", "dump equal", "dump above", "differences",
    ]
    func line(_ name: String, _ cells: [String]) -> String {
      name + String(repeating: " ", count: max(1, 30 - name.count))
        + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }
    func line(_ name: String, _ row: Row) -> String {
      line(
        name,
        [
          row.compared, row.equal, row.within, row.atUpper, row.dumpEqual, row.dumpAbove,
          row.differences,
        ].map(String.init))
    }
    return [line("", titles)]
      + OracleTrial.Kind.allCases.compactMap { kind in rows[kind].map { line(kind.rawValue, $0) } }
      + [
        line("all", total),
        "parity: \(turnsAsForetold) turns as foretold, \(turnsElsewhere) elsewhere",
      ]
  }
}
