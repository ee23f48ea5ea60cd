/// Where the axes of a report have ticks, and what they are called.
struct ReportAxis {
  /// A tick: its place from 0 to 1, and its name.
  struct Tick {
    var place: Double
    var label: String
    /// Whether it may be left out where there is little room.
    var isMinor: Bool
  }

  /// The ticks of time, from left to right.
  static func time(_ words: ReportWords) -> [Tick] {
    let (from, through) = (words.report.fromNanoseconds, words.report.throughNanoseconds)
    let ticks: [(place: Double, label: String)]
    if words.tellsElapsed {
      let axis = TimeAxis(from: 0, through: through - from, atMost: 10)
      ticks = axis.ticks.map { tick in
        (
          PlotColumns.position(of: tick.atNanoseconds, from: 0, through: through - from),
          tick.atNanoseconds == 0 ? "0" : label(elapsed: tick.atNanoseconds / 1_000_000_000)
        )
      }
    } else {
      ticks = TimeAxis(from: from, through: through, atMost: 10).ticks.map { tick in
        (PlotColumns.position(of: tick.atNanoseconds, from: from, through: through), tick.label)
      }
    }
    return ticks.enumerated().map { index, tick in
      Tick(place: tick.place, label: tick.label, isMinor: index % 2 == 1)
    }
  }

  /// A top for values up to `most` that is a round number, and the ticks below and at it.
  static func values(upTo most: Double) -> (top: Double, ticks: [Tick]) {
    guard most.isFinite, most > 0 else { return (1, [Tick(place: 0, label: "0", isMinor: false)]) }
    var power = 1.0
    while power * 10 < most, power < 1e17 { power *= 10 }
    let top = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map { $0 * power }.first { $0 >= most } ?? 10 * power
    return (
      top,
      [0, 0.5, 1].map { place in
        Tick(
          place: place, label: number(top * place), isMinor: false)
      }
    )
  }

  /// "455", "2,500", "0.5".
  private static func number(_ value: Double) -> String {
    if value >= 10 { return Decimal.grouped(value) }
    return Decimal.fixed(value, places: 2)
  }

  /// "40 s", "1:30", "1:00:00".
  private static func label(elapsed seconds: UInt64) -> String {
    if seconds < 60 { return "\(seconds) s" }
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return hours == 0
      ? "\(minutes):\(two(seconds % 60))" : "\(hours):\(two(minutes)):\(two(seconds % 60))"
  }
}
