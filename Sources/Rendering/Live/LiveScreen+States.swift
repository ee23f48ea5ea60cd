internal import Frames

/// The table of states and of the other quantities of the namespace.
extension LiveScreen {
  func stateTable(_ frame: Frame, _ rows: [LiveRow]) -> (LiveTable, [[LiveTable.Cell]]) {
    let shown = rows.map { which in
      switch which {
      case .gauge(let gauge): gauge.words
      case .counter(let counter): counter.words
      default: ""
      }
    }
    let table = LiveTable(
      [
        .init(title: "SOCKETS, PORTS, EVENTS", width: 22, rank: 0, alignsRight: false),
        .init(title: "NOW", width: 9, rank: 0), .init(title: "LOWEST", width: 9, rank: 2),
        .init(title: "HIGHEST", width: 9, rank: 1),
        .init(title: "TREND", width: 14, rank: 3, alignsRight: false, growth: 86),
      ], names: shown, total: state.columns, style)
    let width = table.width("TREND") ?? 0
    let cells = zip(rows, shown).map { which, name -> [LiveTable.Cell] in
      switch which {
      case .gauge(let gauge): row(gauge, name, frame, width)
      case .counter(let counter): row(counter, name, frame)
      default: [(name, .plain), ("", .plain), ("", .plain), ("", .plain), ("", .plain)]
      }
    }
    return (table, cells)
  }

  private func row(
    _ gauge: HostGauge, _ name: String, _ frame: Frame, _ width: Int
  ) -> [LiveTable.Cell] {
    guard let value = frame.gauges[gauge] else { return unknown(name) }
    let all = history.frames.compactMap { $0.gauges[gauge] }
    return [
      (name, .plain), (Decimal.grouped(value.last), .plain),
      (all.map(\.minimum).min().map { Decimal.grouped($0) } ?? dash, .dim),
      (all.map(\.maximum).max().map { Decimal.grouped($0) } ?? dash, .dim),
      (Sparkline.text(history.gauge(gauge, columns: width), style), .plain),
    ]
  }

  /// A counter has no value of its own but what happened in a second.
  private func row(
    _ counter: HostCounter, _ name: String, _ frame: Frame
  ) -> [LiveTable.Cell] {
    func rate(_ frame: Frame) -> Double? {
      guard let value = frame.counters[counter], frame.spanNanoseconds > 0 else { return nil }
      return Double(value) * 1e9 / Double(frame.spanNanoseconds)
    }
    guard let now = rate(frame) else { return unknown(name) }
    let all = history.frames.compactMap { rate($0) }
    return [
      (name, .plain), (LiveWords.rate(now), .plain),
      (all.min().map { LiveWords.rate($0) } ?? dash, .dim),
      (all.max().map { LiveWords.rate($0) } ?? dash, .dim), ("", .plain),
    ]
  }

  private func unknown(_ name: String) -> [LiveTable.Cell] {
    [(name, .dim), ("not known", .dim), (dash, .dim), (dash, .dim), ("", .plain)]
  }
}
