internal import Inet
internal import Pools

/// The tightest connect pools, with their mix of states.
extension SnapshotPage {
  mutating func writeConnectPools(_ namespace: NamespaceSnapshot) {
    let connects = namespace.pools.filter { $0.key.kind == .connect }
    let shown = connects.prefix(mostPools)
    guard !shown.isEmpty else { return }
    let isWide = style.columns >= 100, isVeryWide = style.columns >= 140
    var columns = [
      TextTable.Column(
        title: "TIGHTEST POOLS",
        limit: max(27, style.columns - (isVeryWide ? 110 : isWide ? 80 : 53)))
    ]
    if isWide { columns.append(.init(title: "IN USE", alignsRight: true)) }
    if isVeryWide {
      columns.append(.init(title: "RECLAIMABLE", alignsRight: true))
      columns.append(.init(title: "CLIFF AT", alignsRight: true))
    }
    let isExact = shown.allSatisfy { $0.headroomBound == .exact }
    let hasForecast = shown.contains { $0.trend?.secondsToExhaustion != nil }
    columns += [
      .init(
        title: isExact ? "LEFT" : style.isUnicode ? "LEFT ≤" : "LEFT <=", alignsRight: true),
      .init(title: "USAGE"), .init(title: "", alignsRight: true),
    ]
    if hasForecast { columns.append(.init(title: "FULL IN", alignsRight: true)) }
    columns.append(.init(title: "STATES", isList: true))
    var table = TextTable(columns)
    for pool in shown {
      let states = pool.states ?? StateCounts()
      var cells: [(String, Tone)] = [(name(pool), .plain)]
      if isWide { cells.append((Decimal.grouped(pool.inUse), .plain)) }
      if isVeryWide {
        cells.append((Decimal.grouped(pool.reclaimable), .plain))
        cells.append((pool.cliffAt.map { Decimal.grouped($0) } ?? dash, .plain))
      }
      let tone = Self.tone(pool.verdict)
      cells += [
        (Decimal.grouped(pool.headroom), tone == .good ? .plain : tone),
        (Bar.mix(states, usage: pool.usage, width: isWide ? 20 : 10, style), tone),
        (Decimal.percent(pool.usage), tone),
      ]
      if hasForecast { cells.append(fullIn(pool)) }
      cells.append(
        ((pool.isSearching ? "searching  " : "") + mixText(states), .plain))
      table.append(cells)
      table.append(note: heldBy(pool))
      table.append(note: heldByProcess(pool))
      table.append(note: comesBack(pool))
    }
    lines.append("")
    lines += table.lines(style)
    writeRemainder(namespace, shown: shown.count, of: connects)
    let legend = Bar.legend(shown.compactMap(\.states), style)
    if !legend.isEmpty { append(legend, .dim) }
  }

  private mutating func writeRemainder(
    _ namespace: NamespaceSnapshot, shown: Int, of connects: [Pool]
  ) {
    let hidden = connects.dropFirst(shown)
    let count = hidden.count + namespace.other.pools
    guard count > 0 else { return }
    let most = max(namespace.other.inUseMaximum, hidden.map(\.inUse).max() ?? 0)
    let atLeast = namespace.other.isExact ? "" : "at least "
    let capacity = namespace.space.connectCapacity
    let share = capacity == 0 ? "" : " (\(Decimal.percent(Double(most) / Double(capacity))))"
    append(
      "… \(atLeast)\(Decimal.grouped(count)) more pools, none with more than "
        + "\(Decimal.grouped(most)) ports in use\(share)", .dim)
  }

  /// "TW 66 %  EST 32 %  SYN 2 %": the three largest shares.
  private func mixText(_ states: StateCounts) -> String {
    let total = states.total
    guard total > 0 else { return dash }
    let shares = SocketState.allCases.filter { states[$0] > 0 }
      .sorted { states[$0] > states[$1] }
      .prefix(3)
      .map { "\($0.abbreviation) \(max(1, states[$0] * 100 / total)) %" }
    return shares.joined(separator: "  ")
  }

  /// "41 s", or "full".
  private func fullIn(_ pool: Pool) -> (String, Tone) {
    if pool.headroom == 0 { return ("full", .bad) }
    guard let seconds = pool.trend?.secondsToExhaustion else { return (dash, .dim) }
    let tone: Tone = seconds < 60 ? .bad : seconds < 300 ? .warning : .plain
    return (LiveWords.span(seconds: seconds), tone)
  }

  /// "comes back: 1,310 ports in 1.2 s, 1,295 in 3.2 s, 1,302 in 5.3 s …": as many bursts as fit on a line.
  private func comesBack(_ pool: Pool) -> String? {
    guard let teeth = pool.release?.teeth, let first = teeth.first else { return nil }
    // Without the timer's phase only the latest moment is known.
    let isLatest = snapshot.flags.contains { $0.id == SnapshotFlag.releasePhaseUnknownID }
    let word = isLatest ? "within" : "in"
    func burst(_ tooth: ReleaseSchedule.Tooth, _ unit: String) -> String {
      "\(Decimal.grouped(tooth.ports))\(unit) \(word) \(LiveWords.span(seconds: tooth.seconds))"
    }
    var text = "comes back: " + burst(first, first.ports == 1 ? " port" : " ports")
    for tooth in teeth.dropFirst() {
      let next = ", " + burst(tooth, "")
      // Two blanks before, and room for " …" after.
      guard text.count + next.count + 6 <= style.columns else {
        return text + (style.isUnicode ? " …" : " ...")
      }
      text += next
    }
    return text
  }
}
