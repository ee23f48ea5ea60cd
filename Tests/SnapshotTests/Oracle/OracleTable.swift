import Inet
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
  /// How many sockets of each kind were made.
  var made: [String: Int] = [:]
  /// The states that were seen in dumps.
  var states = StateCounts()
  /// Trials of pools with a TIME_WAIT that may be taken over.
  var reuses = 0
  /// Phases that ended early, because the kernel had given up a socket that was to stay.
  var cutShort = 0
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

  /// Counts what came true against what was promised with the probe and without.
  mutating func count(
    _ kind: OracleTrial.Kind, _ count: Int, exact: Pool, dump: Pool, isKept: Bool
  ) {
    var row = rows[kind, default: Row()]
    row.compared += 1
    if !isKept {
      row.differences += 1
    } else if exact.headroomBound == .exact {
      row.equal += 1
    } else {
      row.within += 1
      if count == exact.headroom { row.atUpper += 1 }
    }
    if dump.headroom == count { row.dumpEqual += 1 }
    if dump.headroom > count { row.dumpAbove += 1 }
    rows[kind] = row
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
        "parity: \(turnsAsForetold) turns as foretold, \(turnsElsewhere) elsewhere; "
          + "\(reuses) trials that may take a TIME_WAIT over; "
          + "\(cutShort) phases cut short",
      ]
  }

  /// What should have been made and tried, and never was.
  var missing: [String] {
    let all = made.keys
    let kinds = OracleTrial.Kind.allCases.filter {
      OracleHost.forgetsBinds || !$0.rawValue.hasPrefix("bind")
    }
    return kinds.filter { rows[$0] == nil }.map(\.rawValue)
      + OracleHost.Binding.allCases.map(\.rawValue)
      .filter { binding in !all.contains { $0.hasPrefix("\(binding),") } }
      + OracleHost.Fate.allCases.map(\.rawValue)
      .filter { fate in !all.contains { $0.hasSuffix(", \(fate)") } }
      + Self.blockers.filter { made[$0] == nil }
      + SocketState.allCases.filter { Self.madeStates.contains($0) && states[$0] == 0 }
      .map(\.name) + (reuses == 0 ? ["reuse"] : [])
  }

  private static let blockers = [
    "listener", "bind(…, P), idle", "bind(…, 0), idle", "bind(…, 0) late, idle",
    "listen() without bind", "child, listener gone", "child in TIME_WAIT, listener gone",
    "bind(…, P), reset by peer", "bind(…, 0), reset by peer", "joined by a bind that left",
    "connect, synSent", "bind(…, 0) + connect, synSent", "connect, synSent, on an interface",
    "UDP, bound", "UDP, connected", "UDP, v6only or bound",
  ]
  private static let madeStates: Set<SocketState> = [
    .established, .synSent, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck, .listen,
    .closing,
    .boundInactive,
  ]
}

extension Pool {
  /// Whether `count` more is what this promises.
  func isKept(by count: Int) -> Bool {
    headroomBound == .exact
      ? count == headroom
      : ((headroomLower ?? 0)...max(headroomLower ?? 0, headroom)).contains(count)
  }
}
