public import Frames
internal import Kernel
internal import Pools

extension AlarmEngine {
  /// What is worth remembering over a restart, as of the last frame; raised alarms first.
  public var state: AlarmState {
    let records = states.flatMap(\.records)
    return AlarmState(
      boot: last?.boot ?? BootID(high: 0, low: 0), namespaceCookie: namespaceCookie,
      atNanoseconds: last?.atNanoseconds ?? 0,
      monotonicNanoseconds: last?.monotonicNanoseconds ?? 0,
      alarms: records.filter(\.isRaised) + records.filter { !$0.isRaised })
  }

  /// Goes on from what an earlier run remembered, rule by rule: where the state is younger than two
  /// periods of the rule, hits and raised alarms are kept; what is older is cleared, and so is
  /// everything of another boot or of a rule that is no longer there. What another namespace left, by
  /// the cookie of ours, is none of this one's and dropped without a word. Call it before the first frame.
  public mutating func restore(
    _ state: AlarmState, now: AlarmMoment, namespaceCookie cookie: UInt64?
  ) -> [Event] {
    last = now
    let isSameBoot = state.boot == now.boot
    if isSameBoot, let known = state.namespaceCookie, let cookie, cookie != known { return [] }
    namespaceCookie = cookie ?? (isSameBoot ? state.namespaceCookie : nil)
    // Of the clock that nobody sets; it is the same one within a boot, and another's age is not asked for.
    let age =
      max(now.monotonicNanoseconds, state.monotonicNanoseconds)
      - min(now.monotonicNanoseconds, state.monotonicNanoseconds)
    var events: [Event] = []
    for record in state.alarms {
      let index = states.firstIndex { $0.rule.name == record.rule }
      let isKnown = index.map { states[$0].rule.covers(record) } ?? false
      let clearing: AlarmClearing
      if !isSameBoot {
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
