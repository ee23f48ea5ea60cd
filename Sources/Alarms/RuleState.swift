internal import Frames
internal import Inet
internal import Pools

/// One rule and everything it remembers: its subjects, its groups and when it is checked next.
struct RuleState: Hashable, Sendable {
  /// Something to tell: an alarm that was raised or cleared.
  struct Change: Hashable, Sendable {
    var record: AlarmRecord
    /// Why it cleared; nil when it was raised.
    var clearing: AlarmClearing?
  }

  var rule: AlarmRule
  private(set) var subjects: [AlarmSubject: SubjectState] = [:]
  /// Addresses of which more pools are raised than are told one by one, and since when.
  private(set) var groups: [IPAddress: UInt64] = [:]
  /// Pools that were beyond the threshold and not followed, because too many are.
  private(set) var untracked = 0
  private var nextCheck: UInt64?

  init(_ rule: AlarmRule) { self.rule = rule }

  /// Takes a frame's readings, and checks if the period has ended.
  mutating func feed(_ reading: FrameReading, subjectLimit: Int, groupLimit: Int) -> [Change] {
    if rule.isPerPool {
      addPools(reading, subjectLimit)
    } else {
      subjects[.host, default: SubjectState()].period.add(reading.namespace(rule), rule)
    }
    guard isDue(reading.frame) else { return [] }
    return check(atNanoseconds: reading.frame.takenAtNanoseconds, groupLimit)
  }

  private mutating func addPools(_ reading: FrameReading, _ limit: Int) {
    var absent = Set(subjects.keys)
    for pool in reading.frame.pools {
      let subject = AlarmSubject.pool(pool.key)
      guard rule.covers(subject) else { continue }
      absent.remove(subject)
      let value = reading.pool(pool, rule)
      if subjects[subject] != nil {
        subjects[subject]?.period.add(value, rule)
      } else if case .known(let number) = value, rule.isExceeded(by: number) {
        // Only what is beyond the threshold needs to be remembered.
        guard subjects.count < limit else {
          untracked += 1
          continue
        }
        subjects[subject, default: SubjectState()].period.add(value, rule)
      }
    }
    for subject in absent {
      guard case .pool(let key) = subject else { continue }
      subjects[subject]?.period.add(reading.absent(key, rule), rule)
    }
  }

  /// Whether this is the frame nearest to the period's end; then the next period begins.
  ///
  /// Ends lie on a grid, so that a late frame does not shift all later checks; periods of which no frame
  /// came are left out and decide nothing.
  private mutating func isDue(_ frame: Frame) -> Bool {
    let now = frame.monotonicNanoseconds, period = rule.periodNanoseconds
    let span = min(frame.spanNanoseconds, period)
    // The first frame stands for the time before it.
    let next = nextCheck ?? now &- span &+ period
    // A clock that jumps back is another one.
    if next > now, next - now > period { return restart(at: now) }
    guard next <= now &+ span / 2 else {
      nextCheck = next
      return false
    }
    nextCheck = next &+ ((now &+ span / 2 &- next) / period + 1) &* period
    return true
  }

  private mutating func restart(at now: UInt64) -> Bool {
    nextCheck = now &+ rule.periodNanoseconds
    return true
  }

  private mutating func check(atNanoseconds now: UInt64, _ groupLimit: Int) -> [Change] {
    var cleared: [AlarmSubject] = [], raised: [AlarmSubject] = []
    // In an order that does not depend on hashes.
    for subject in subjects.keys.sorted(by: AlarmSubject.precedes) {
      switch subjects[subject]?.check(rule, atNanoseconds: now) {
      case .cleared: cleared.append(subject)
      case .raised: raised.append(subject)
      case nil: break
      }
    }
    var changes: [Change] = []
    for subject in cleared where subject.source.map({ groups[$0] == nil }) ?? true {
      if let record = record(subject) {
        changes.append(Change(record: record, clearing: .value))
      }
    }
    changes += changesOfGroups(raised, groupLimit, now)
    for subject in raised where subject.source.map({ groups[$0] == nil }) ?? true {
      if let record = record(subject) { changes.append(Change(record: record)) }
    }
    subjects = subjects.filter { !$0.value.isIdle }
    return changes
  }

  /// Ends groups without members, and makes groups of what was raised where that is too much.
  private mutating func changesOfGroups(
    _ raised: [AlarmSubject], _ limit: Int, _ now: UInt64
  ) -> [Change] {
    var changes: [Change] = []
    let members = raisedBySource
    for source in groups.keys.sorted() where members[source] == nil {
      var record = groupRecord(source, [])
      record.isRaised = false
      groups[source] = nil
      changes.append(Change(record: record, clearing: .value))
    }
    for source in Set(raised.compactMap(\.source)).sorted() {
      guard let those = members[source], those.count > limit, groups[source] == nil else {
        continue
      }
      for subject in those where !raised.contains(subject) {
        guard var record = record(subject) else { continue }
        record.isRaised = false
        changes.append(Change(record: record, clearing: .grouped))
      }
      groups[source] = now
      changes.append(Change(record: groupRecord(source, those)))
    }
    return changes
  }

  private var raisedBySource: [IPAddress: [AlarmSubject]] {
    var members: [IPAddress: [AlarmSubject]] = [:]
    for (subject, state) in subjects where state.isRaised {
      if let source = subject.source { members[source, default: []].append(subject) }
    }
    return members.mapValues { $0.sorted(by: AlarmSubject.precedes) }
  }

  private func record(_ subject: AlarmSubject) -> AlarmRecord? {
    subjects[subject]?.record(rule, subject)
  }

  /// The one record of all raised pools of an address, which is named by its bind pool.
  private func groupRecord(_ source: IPAddress, _ members: [AlarmSubject]) -> AlarmRecord {
    let states = members.compactMap { subjects[$0] }
    let values = states.map(\.value)
    let worst = rule.isMirrored ? values.min() : values.max()
    return AlarmRecord(
      rule: rule.name, subject: .pool(.bind(.address(source))), severity: rule.severity,
      isRaised: true, hits: states.map(\.hits).max() ?? 0, groupedCount: max(1, members.count),
      value: Float(worst ?? rule.clearingLevel), threshold: Float(rule.threshold),
      sinceNanoseconds: groups[source] ?? 0)
  }
}

extension RuleState {
  /// What is raised, as it is told: grouped where there is a group.
  var raised: [AlarmRecord] {
    let members = raisedBySource
    let grouped = groups.keys.sorted().map { groupRecord($0, members[$0] ?? []) }
    return grouped
      + remembered.filter { record in
        record.isRaised && (record.subject.source.map { groups[$0] == nil } ?? true)
      }
  }

  /// Everything that is raised or has hits, one by one, and the groups.
  var records: [AlarmRecord] {
    let members = raisedBySource
    return groups.keys.sorted().map { groupRecord($0, members[$0] ?? []) } + remembered
  }

  private var remembered: [AlarmRecord] {
    subjects.keys.sorted(by: AlarmSubject.precedes).compactMap { record($0) }
      .filter { $0.hits > 0 || $0.isRaised }
  }

  /// Goes on from a record of an earlier run.
  mutating func restore(_ record: AlarmRecord) {
    if record.groupedCount > 0, case .pool(.bind(.address(let source))) = record.subject {
      groups[source] = record.sinceNanoseconds
      return
    }
    var state = SubjectState()
    state.hits = record.hits
    state.isRaised = record.isRaised
    state.value = Double(record.value)
    state.sinceNanoseconds = record.sinceNanoseconds
    subjects[record.subject] = state
  }

  /// Forgets everything; what was raised is cleared.
  mutating func forget(_ clearing: AlarmClearing) -> [Change] {
    let changes = raised.map { record in
      var record = record
      record.isRaised = false
      return Change(record: record, clearing: clearing)
    }
    self = RuleState(rule)
    return changes
  }
}

extension AlarmSubject {
  /// The local address whose pool it is; nil where there is none to group by.
  var source: IPAddress? {
    guard case .pool(.connect(let source, _, _, _)) = self else { return nil }
    return source
  }

  /// The namespace first, then pools in their order.
  static func precedes(_ left: AlarmSubject, _ right: AlarmSubject) -> Bool {
    switch (left, right) {
    case (.host, .pool): true
    case (.pool(let key), .pool(let other)): key < other
    case (_, .host): false
    }
  }
}
