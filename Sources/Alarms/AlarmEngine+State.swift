public import Frames
public import Kernel
internal import Pools

extension AlarmEngine {
  /// What is worth remembering over a restart, as of the last frame; raised alarms first.
  public var state: AlarmState {
    let records = states.flatMap(\.records)
    return AlarmState(
      atNanoseconds: last?.atNanoseconds ?? 0,
      alarms: records.filter(\.isRaised) + records.filter { !$0.isRaised })
  }

  /// Goes on from what an earlier run remembered, rule by rule: where the state is younger than two
  /// periods of the rule, hits and raised alarms are kept; what is older is cleared, and so is
  /// everything of another boot or of a rule that is no longer there. Call it before the first frame.
  public mutating func restore(
    _ state: AlarmState, boot: BootID, now: AlarmMoment
  ) -> [Event] {
    let age =
      max(now.atNanoseconds, state.atNanoseconds) - min(now.atNanoseconds, state.atNanoseconds)
    var events: [Event] = []
    for record in state.alarms {
      let index = states.firstIndex { $0.rule.name == record.rule }
      let isKnown = index.map { states[$0].rule.covers(record) } ?? false
      let clearing: AlarmClearing
      if boot != now.boot {
        clearing = .rebooted
      } else if let index, isKnown {
        // Twice the period, without overflow.
        if age / 2 < states[index].rule.periodNanoseconds {
          states[index].restore(record)
          continue
        }
        clearing = .outdated
      } else {
        clearing = .ruleChanged
      }
      // A member of a group was told by the group alone.
      guard record.isRaised, record.groupedCount > 0 || !record.isHidden(in: state) else {
        continue
      }
      var cleared = record
      cleared.isRaised = false
      events.append(
        AlarmText.event(
          cleared, rule: index.map { states[$0].rule }, clearing: clearing, at: now, frame: nil))
    }
    last = now
    return events
  }
}

extension AlarmRecord {
  /// Whether a group of the state stands for this record.
  fileprivate func isHidden(in state: AlarmState) -> Bool {
    guard let source = subject.source else { return false }
    return state.alarms.contains {
      $0.groupedCount > 0 && $0.rule == rule && $0.subject == .pool(.bind(.address(source)))
    }
  }
}

extension AlarmRule {
  /// Whether a record can be of this rule.
  fileprivate func covers(_ record: AlarmRecord) -> Bool {
    if record.groupedCount > 0 { return isPerPool }
    return covers(record.subject)
  }
}
