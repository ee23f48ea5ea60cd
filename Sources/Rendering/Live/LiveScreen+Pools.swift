internal import Frames
internal import Inet
internal import Pools

/// The tables of pools and of addresses.
extension LiveScreen {
  mutating func poolTable(
    _ frame: Frame, _ pools: [PoolRecord]
  ) -> (LiveTable, [[LiveTable.Cell]]) {
    let shown = pools.map { Sentences.name($0.key, &names) }
    let bar = state.columns >= 120 ? 20 : 10
    let table = LiveTable(
      [
        .init(title: "POOL", width: 20, rank: 0, alignsRight: false),
        .init(title: "LEFT", width: style.isUnicode ? 7 : 8, rank: 0),
        .init(title: "IN USE", width: 7, rank: 4),
        .init(title: "USAGE", width: bar + 2, rank: 1, alignsRight: false),
        .init(title: "%", width: 6, rank: 0),
        .init(title: "TREND", width: 16, rank: 3, alignsRight: false, growth: 44),
        .init(title: "STATES, %", width: 21, rank: 2, alignsRight: false),
        .init(title: "FULL IN", width: 11, rank: 5),
        .init(title: "CLIFF", width: 7, rank: 8),
        .init(title: "FAILED", width: 7, rank: 7),
        .init(title: "COME", width: 8, rank: 10),
        .init(title: "GO", width: 8, rank: 11),
        .init(title: "TAKEOVER", width: 8, rank: 9),
        .init(title: "OWNER", width: 24, rank: 6, alignsRight: false),
      ], names: shown, least: 27, total: state.columns, style)
    let trends = table.width("TREND").map { history.usages(columns: $0) } ?? [:]
    var cells: [[LiveTable.Cell]] = []
    for (pool, name) in zip(pools, shown) {
      let tone = Self.tone(pool.verdict)
      let mix = LiveWords.mix(pool.states, most: 3)
      let states = pool.states ?? .init()
      let isMixed = pool.key.kind == .connect && states.total > 0
      cells.append([
        (name, .plain), (left(pool), tone), (Decimal.grouped(pool.inUse.last), .plain),
        (
          isMixed
            ? Bar.mix(states, usage: pool.usage, width: bar, style)
            : Bar.usage(pool.usage, width: bar, style), tone
        ),
        (Self.percent(pool.usage), tone),
        (Sparkline.text(trends[pool.key] ?? [], style), tone), (mix ?? dash, .plain),
        fullIn(pool),
        (pool.cliffAt.map { Decimal.grouped($0) } ?? dash, pool.isSearching ? .notice : .dim),
        failures(pool), (rate(pool.forecast.arrivalsPerSecond), .plain),
        (rate(pool.forecast.releasesPerSecond), .plain),
        (pool.key.kind == .connect ? Decimal.grouped(pool.reclaimable) : dash, .plain),
        (owner(pool, frame), frame.flags.contains(.ownersUnavailable) ? .dim : .plain),
      ])
    }
    return (table, cells)
  }

  mutating func addressTable(
    _ frame: Frame, _ pools: [PoolRecord]
  ) -> (LiveTable, [[LiveTable.Cell]]) {
    var shown: [String] = []
    for pool in pools {
      switch pool.key {
      case .bind(let local): shown.append(names.text(local))
      case .udpBind(let local): shown.append("udp \(names.text(local))")
      default: shown.append("")
      }
    }
    let bar = state.columns >= 120 ? 20 : 10
    let table = LiveTable(
      [
        .init(title: "ADDRESS", width: 20, rank: 0, alignsRight: false),
        .init(title: "IN USE", width: 7, rank: 0), .init(title: "CAPACITY", width: 8, rank: 3),
        .init(title: "USAGE", width: bar + 2, rank: 1, alignsRight: false),
        .init(title: "%", width: 6, rank: 0),
        .init(title: "TREND", width: 16, rank: 6, alignsRight: false, growth: 60),
        .init(title: "TIME_WAIT", width: 9, rank: 2),
        .init(title: "ESTABLISHED", width: 11, rank: 5),
        .init(title: "LISTEN", width: 6, rank: 4), .init(title: "LEFT", width: 8, rank: 7),
        .init(title: "OWNER", width: 24, rank: 8, alignsRight: false),
      ], names: shown, total: state.columns, style)
    let trends = table.width("TREND").map { history.usages(columns: $0) } ?? [:]
    let cells = zip(pools, shown).map { pool, name -> [LiveTable.Cell] in
      let tone = Self.tone(pool.verdict)
      return [
        (name, .plain), (Decimal.grouped(pool.inUse.last), .plain),
        (Decimal.grouped(pool.capacity), .plain), (Bar.usage(pool.usage, width: bar, style), tone),
        (Self.percent(pool.usage), tone),
        (Sparkline.text(trends[pool.key] ?? [], style), tone),
        (pool.states.map { Decimal.grouped($0[.timeWait]) } ?? dash, .plain),
        (pool.states.map { Decimal.grouped($0[.established]) } ?? dash, .plain),
        (pool.listeningPorts.map { Decimal.grouped($0) } ?? dash, .plain),
        (left(pool), tone),
        (owner(pool, frame), frame.flags.contains(.ownersUnavailable) ? .dim : .plain),
      ]
    }
    return (table, cells)
  }

  private static func percent(_ usage: Double) -> String {
    String(Decimal.percent(usage).dropLast(2))
  }

  /// What is left: "≤" where it may be less.
  private func left(_ pool: PoolRecord) -> String {
    let isBound = pool.headroomBound == .upper && pool.headroom.last > 0
    return (isBound ? "≤" : "") + Decimal.grouped(pool.headroom.last)
  }

  private func fullIn(_ pool: PoolRecord) -> LiveTable.Cell {
    if pool.headroom.last == 0 { return ("full", .bad) }
    guard let seconds = pool.forecast.secondsToExhaustion else { return (dash, .dim) }
    let tone: Tone = seconds < 60 ? .bad : seconds < 300 ? .warning : .plain
    return (LiveWords.span(seconds: Double(seconds)), tone)
  }

  private func failures(_ pool: PoolRecord) -> LiveTable.Cell {
    guard let failures = pool.failures else { return (dash, .dim) }
    return (Decimal.grouped(failures), failures > 0 ? .bad : .plain)
  }

  private func rate(_ number: Float?) -> String {
    number.map { LiveWords.rate(Double($0)) } ?? dash
  }

  private mutating func owner(_ pool: PoolRecord, _ frame: Frame) -> String {
    if frame.flags.contains(.ownersUnavailable) { return "not collected" }
    guard let share = pool.owners.first, frame.owners.indices.contains(share.owner) else {
      return dash
    }
    return names.owner(frame.owners[share.owner].name)
  }
}
