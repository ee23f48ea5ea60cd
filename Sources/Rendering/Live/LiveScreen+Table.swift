internal import Frames
internal import Pools

/// The table below the tabs.
extension LiveScreen {
  mutating func writeTable(until height: Int) {
    guard let frame = data.current else { return }
    let rows = LiveRows.list(state, data, &names)
    guard !rows.isEmpty else { return add("  \(nothing(frame))", .dim) }
    let selected = LiveRows.selected(state, rows)
    let room = max(0, height - lines.count - 1)
    // The selected row is kept in the middle as long as there is something on either side.
    let offset = max(0, min(selected - room / 2, rows.count - room))
    let shown = rows[offset..<min(rows.count, offset + room)]
    let (table, cells) = table(frame, Array(shown))
    lines.append(table.header)
    for (index, cells) in cells.enumerated() {
      lines.append(table.row(cells, isSelected: offset + index == selected))
    }
    guard state.tab == .pools, lines.count < height, frame.other.pools > 0 else { return }
    let exactly = frame.other.isExact ? "" : "at least "
    add(
      "  \(exactly)\(Decimal.grouped(frame.other.pools)) more pools, none with more than "
        + "\(Decimal.grouped(frame.other.inUseMaximum)) ports in use", .dim)
  }

  /// Why there is no row.
  func nothing(_ frame: Frame) -> String {
    if !state.filter.isEmpty { return "nothing matches the filter (Esc clears it)" }
    switch state.tab {
    case .pools: return "no pool is in use"
    case .addresses: return "no local address is in use"
    case .owners:
      return frame.flags.contains(.ownersUnavailable)
        ? "owners are not collected: who holds ports is not known" : "nobody holds a port"
    case .states: return "no quantity is known"
    case .events: return "no alarm is raised, and nothing happened in this stretch of time"
    }
  }

  mutating func table(
    _ frame: Frame, _ rows: [LiveRow]
  ) -> (LiveTable, [[LiveTable.Cell]]) {
    switch state.tab {
    case .pools: poolTable(frame, records(frame, rows))
    case .addresses: addressTable(frame, records(frame, rows))
    case .owners: ownerTable(frame, rows)
    case .states: stateTable(frame, rows)
    case .events: eventTable(frame, rows)
    }
  }

  private func records(_ frame: Frame, _ rows: [LiveRow]) -> [PoolRecord] {
    rows.compactMap { row in
      guard case .pool(let key) = row else { return nil }
      return frame.pools.first { $0.key == key }
    }
  }

  private mutating func ownerTable(
    _ frame: Frame, _ rows: [LiveRow]
  ) -> (LiveTable, [[LiveTable.Cell]]) {
    let owners = rows.compactMap { row -> OwnerRecord? in
      guard case .owner(let kind, let id) = row else { return nil }
      return frame.owners.first { $0.kind == kind && $0.id == id }
    }
    let shown = owners.map { names.owner($0.name) }
    let bar = state.columns >= 100 ? 20 : 10
    let table = LiveTable(
      [
        .init(title: "OWNER", width: 20, rank: 0, alignsRight: false),
        .init(title: "KIND", width: 8, rank: 3, alignsRight: false),
        .init(title: "PORTS", width: 9, rank: 0),
        .init(title: "OF THE LARGEST", width: max(14, bar + 2), rank: 1, alignsRight: false),
        .init(title: "TIME_WAIT", width: 9, rank: 2),
        .init(title: "SEEN", width: 8, rank: 4, alignsRight: false),
      ], names: shown, total: state.columns, style)
    let most = frame.owners.map(\.ports).max() ?? 0
    let cells = zip(owners, shown).map { owner, name -> [LiveTable.Cell] in
      let kind =
        switch owner.kind {
        case .cgroup: "cgroup"
        case .process: "process"
        case .user: "user"
        }
      let share = most > 0 ? Double(owner.ports) / Double(most) : 0
      return [
        (name, .plain), (kind, .dim), (Decimal.grouped(owner.ports), .plain),
        (Bar.usage(share, width: bar, style), .plain), (Decimal.grouped(owner.timeWait), .plain),
        (owner.isInferred ? "inferred" : "seen", .dim),
      ]
    }
    return (table, cells)
  }

  private mutating func eventTable(
    _ frame: Frame, _ rows: [LiveRow]
  ) -> (LiveTable, [[LiveTable.Cell]]) {
    var cells: [[LiveTable.Cell]] = []
    for row in rows {
      switch row {
      case .alarm(let rule, let subject):
        guard let alarm = frame.alarms.first(where: { $0.rule == rule && $0.subject == subject })
        else { continue }
        let since = Timestamp.clock(nanoseconds: alarm.sinceNanoseconds).prefix(8)
        cells.append([
          (String(since), .plain), ("!", .bad), ("RAISED, \(alarm.severity.name)", .bad),
          (LiveWords.alarm(alarm, &names), .plain),
        ])
      case .event(let at, let kind, let tick):
        guard
          let event = data.events.last(where: {
            $0.atNanoseconds == at && $0.kind == kind && $0.tick == tick
          })
        else { continue }
        let clock = Timestamp.clock(nanoseconds: at).prefix(8)
        cells.append([
          (String(clock), .plain), (LiveWords.letter(kind), .bold),
          (LiveWords.kind(kind), kind == .alarmRaised ? .bad : .plain),
          (LiveWords.event(event, &names), .plain),
        ])
      default: continue
      }
    }
    let table = LiveTable(
      [
        .init(title: "WHEN", width: 8, rank: 0, alignsRight: false),
        .init(title: " ", width: 1, rank: 0, alignsRight: false),
        .init(title: "WHAT", width: 17, rank: 0, alignsRight: false),
        .init(
          title: "ABOUT", width: max(10, min(state.columns - 34, 200)), rank: 1, alignsRight: false),
      ], names: cells.map { $0[0].text }, least: 8, total: state.columns, style)
    return (table, cells)
  }
}
