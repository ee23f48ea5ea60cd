/// Where a time axis has ticks, and what they are called: whole steps of UTC.
struct TimeAxis {
  /// One tick.
  struct Tick: Hashable {
    /// The moment.
    var atNanoseconds: UInt64
    /// "02:47", "02:47:10" or "11-21".
    var label: String
  }

  /// The ticks, from left to right.
  let ticks: [Tick]

  /// At most `count` ticks within the stretch, but as many as fit.
  init(from: UInt64, through: UInt64, atMost count: Int) {
    let span = (through - min(from, through)) / 1_000_000_000
    let wanted = UInt64(max(1, count))
    guard let step = Self.steps.first(where: { span / $0 <= wanted }) else {
      ticks = []
      return
    }
    let nanoseconds = step * 1_000_000_000
    var ticks: [Tick] = []
    // Numbers of steps, which cannot run over the end of time as moments can.
    var number = from / nanoseconds + (from % nanoseconds == 0 ? 0 : 1)
    while number <= through / nanoseconds {
      let moment = number * nanoseconds
      ticks.append(Tick(atNanoseconds: moment, label: Self.label(moment, step: step)))
      number += 1
    }
    self.ticks = ticks
  }

  private static func label(_ moment: UInt64, step: UInt64) -> String {
    let (date, time) = Timestamp.parts(moment)
    if step >= 86_400 || (step >= 60 && time == "00:00:00") { return String(date.dropFirst(5)) }
    return step < 60 ? time : String(time.dropLast(3))
  }

  private static let steps: [UInt64] =
    [1, 2, 5, 10, 15, 30].flatMap { [$0] } + [1, 2, 5, 10, 15, 30].map { $0 * 60 }
    + [1, 2, 3, 6, 12].map { $0 * 3600 } + [1, 2, 7, 14, 28, 91, 364, 3640].map { $0 * 86_400 }
}
