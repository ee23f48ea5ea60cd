internal import Frames
internal import Inet
internal import Pools

/// The rows of a tab, filtered and in order.
enum LiveRows {
  static func list(_ state: LiveState, _ data: LiveData, _ names: inout Names) -> [LiveRow] {
    guard let frame = data.current else { return [] }
    switch state.tab {
    case .pools:
      return pools(frame, state, &names).map { .pool($0.key) }
    case .addresses:
      return pools(frame, state, &names).compactMap { pool in
        isAddress(pool.key) ? .pool(pool.key) : nil
      }
    case .owners:
      return frame.owners.filter { matches(names.owner($0.name), state.filter) }
        .map { .owner($0.kind, $0.id) }
    case .states: return quantities(frame, state)
    case .events: return alarmsAndEvents(frame, state, data, &names)
    }
  }

  /// The place of the selected row; 0 where there is none.
  static func selected(_ state: LiveState, _ rows: [LiveRow]) -> Int {
    state.selection[state.tab].flatMap { rows.firstIndex(of: $0) } ?? 0
  }

  /// The pool that the plot is about: the selected one, else the tightest.
  static func plotted(_ state: LiveState, _ data: LiveData, _ names: inout Names) -> PoolKey? {
    if state.tab == .pools || state.tab == .addresses {
      let rows = list(state, data, &names)
      if !rows.isEmpty, case .pool(let key) = rows[selected(state, rows)] { return key }
    }
    return data.current?.decisive?.key
  }

  static func isAddress(_ key: PoolKey) -> Bool {
    switch key {
    case .bind(.address), .udpBind(.address): true
    default: false
    }
  }

  static func matches(_ text: String, _ filter: String) -> Bool {
    filter.isEmpty || text.lowercased().contains(filter.lowercased())
  }

  private static func pools(
    _ frame: Frame, _ state: LiveState, _ names: inout Names
  ) -> [PoolRecord] {
    let found = frame.pools.filter { pool in
      if state.filter.isEmpty { return true }
      if matches(Sentences.name(pool.key, &names), state.filter) { return true }
      return pool.owners.contains { share in
        frame.owners.indices.contains(share.owner)
          && matches(names.owner(frame.owners[share.owner].name), state.filter)
      }
    }
    return found.sorted { isBefore($0, $1, state.sort) }
  }

  private static func isBefore(_ left: PoolRecord, _ right: PoolRecord, _ sort: LiveSort) -> Bool {
    func decide<Value: Comparable>(_ mine: Value, _ its: Value) -> Bool? {
      mine == its ? nil : mine < its
    }
    let answer: Bool? =
      switch sort {
      case .usage: nil
      case .left: decide(left.headroom.last, right.headroom.last)
      case .inUse: decide(right.inUse.last, left.inUse.last)
      case .failures: decide(right.failures ?? -1, left.failures ?? -1)
      case .fullIn: decide(left.secondsUntilFull, right.secondsUntilFull)
      case .name: decide(left.key, right.key)
      }
    return answer ?? left.pool.isWorse(than: right.pool)
  }

  private static func quantities(_ frame: Frame, _ state: LiveState) -> [LiveRow] {
    var rows: [LiveRow] = []
    for gauge in HostGauge.listed where matches(gauge.words, state.filter) {
      rows.append(.gauge(gauge))
    }
    for counter in HostCounter.listed where matches(counter.words, state.filter) {
      rows.append(.counter(counter))
    }
    // What nobody could tell stands last.
    return rows.filter { isKnown($0, frame) } + rows.filter { !isKnown($0, frame) }
  }

  private static func isKnown(_ row: LiveRow, _ frame: Frame) -> Bool {
    switch row {
    case .gauge(let gauge): frame.gauges[gauge] != nil
    case .counter(let counter): frame.counters[counter] != nil
    default: true
    }
  }

  private static func alarmsAndEvents(
    _ frame: Frame, _ state: LiveState, _ data: LiveData, _ names: inout Names
  ) -> [LiveRow] {
    var rows: [LiveRow] = []
    for alarm in frame.alarms where alarm.isRaised {
      guard matches(LiveWords.alarm(alarm, &names), state.filter) else { continue }
      rows.append(.alarm(alarm.rule, alarm.subject))
    }
    for event in data.events.reversed() {
      let text = "\(LiveWords.kind(event.kind)) \(LiveWords.event(event, &names))"
      guard matches(text, state.filter) else { continue }
      rows.append(.event(event.atNanoseconds, event.kind, event.tick))
    }
    return rows
  }
}

extension PoolRecord {
  /// Seconds until the first moment without a free port; infinity where none is foreseen or known.
  var secondsUntilFull: Float {
    if headroom.last == 0 { return 0 }
    guard let seconds = forecast.secondsToExhaustion, seconds.isFinite else { return .infinity }
    return seconds
  }
}

extension Frame {
  /// The pool that decides the verdict; among equals a connect pool, for which most people are here.
  var decisive: PoolRecord? {
    guard let worst = pools.max(by: { $1.pool.isWorse(than: $0.pool) }) else { return nil }
    let connects = pools.filter { $0.key.kind == .connect }
    guard let connect = connects.max(by: { $1.pool.isWorse(than: $0.pool) }) else { return worst }
    return connect.verdict == worst.verdict ? connect : worst
  }
}
