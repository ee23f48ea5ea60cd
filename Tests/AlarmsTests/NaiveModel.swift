import Alarms
import Frames

/// The contract's sentences on one pool's usage, word by word, over its whole history: no bounds, no
/// incremental state.
struct NaiveModel {
  let rule: AlarmRule
  /// For each check, the readings of its period: a number of ports of 1,000, or nil for not counted.
  private(set) var periods: [[Int?]] = [[]]

  init(_ rule: AlarmRule) { self.rule = rule }

  mutating func feed(_ ports: Int?, endsPeriod: Bool) {
    periods[periods.count - 1].append(ports)
    if endsPeriod { periods.append([]) }
  }

  /// Whether the alarm is raised after all checks so far.
  var isRaised: Bool {
    // Unknown checks neither count nor break a row: they are not there.
    let values = periods.dropLast().compactMap { $0.compactMap { $0 }.max() }
    let threshold = Int((rule.threshold * 1000).rounded())
    var isRaised = false
    for index in values.indices {
      let last = values[...index].suffix(rule.hits)
      if isRaised {
        // In tenths of a port, so that 90 % is a whole number.
        let level = rule.hits == 1 ? threshold * 10 : threshold * 9
        if values[index] * 10 <= level { isRaised = false }
      } else {
        // The row may not reach back beyond the check that cleared it: that one was not above.
        isRaised = last.count == rule.hits && last.allSatisfy { $0 > threshold }
      }
    }
    return isRaised
  }
}
