public import Frames

/// Decides which alarms of one network namespace are raised: fed with every published raw frame.
///
///     frame ──▶ reading per rule and subject ──▶ worst since the last check
///                                                      │ at each period's end
///                        raised ◀── hits in a row ◀────┴────▶ at the clearing level ──▶ cleared
///
/// What is not known raises nothing, and freezes hits and alarms as they are: a pool that was not counted,
/// a gauge that is nil, a sample that failed. Memory is bounded: a rule follows at most `subjectLimit`
/// pools. Costs one pass over the frame's pools per rule of pools.
public struct AlarmEngine: Sendable {
  /// What came of a frame.
  public struct Outcome: Hashable, Sendable {
    /// What was raised and cleared, in words.
    public var events: [Event] = []
    /// What is raised now: most severe first, then by how far it is beyond the threshold.
    public var raised: [AlarmRecord] = []
  }

  /// The most pools that a rule follows at once.
  public static var subjectLimit: Int { 1024 }
  /// The most alarms of one rule and one address that are told one by one.
  public static var groupLimit: Int { 32 }
  /// The most raised alarms in an outcome, and so in a frame.
  public static var raisedLimit: Int { 64 }

  var states: [RuleState]
  private var countedAt: UInt64?
  var last: AlarmMoment?
  var namespaceCookie: UInt64?

  /// An engine that remembers nothing. Of rules with the same name the last one holds.
  public init(rules: [AlarmRule] = AlarmRule.builtIn) {
    states = Self.unique(rules).map { RuleState($0) }
  }

  /// The rules, in their order.
  public var rules: [AlarmRule] { states.map(\.rule) }

  /// Pools that were beyond a threshold and were not followed, because too many are; since the start.
  public var untrackedCount: Int { states.reduce(0) { $0 + $1.untracked } }

  /// Takes a raw frame, newer than those before, and checks the rules whose period has ended.
  public mutating func feed(_ frame: Frame) -> Outcome {
    let now = AlarmMoment(frame)
    var events: [Event] = []
    if let last, last.boot != frame.boot {
      events += forgetAll(.rebooted, now)
    } else if let known = namespaceCookie, let cookie = frame.namespaceCookie, cookie != known {
      events += forgetAll(.namespaceGone, now)
    }
    namespaceCookie = frame.namespaceCookie ?? namespaceCookie
    last = now
    let reading = FrameReading(frame, countedAt: countedAt)
    countedAt = reading.countedAt
    for index in states.indices {
      let changes = states[index].feed(
        reading, subjectLimit: Self.subjectLimit, groupLimit: Self.groupLimit)
      let rule = states[index].rule
      events += changes.map { Self.event($0, rule, now, frame) }
    }
    return Outcome(events: events, raised: raised)
  }

  /// The alarms that are raised, the gravest first; at most `raisedLimit`.
  public var raised: [AlarmRecord] {
    let ranked = states.flatMap { state in
      state.raised.map { (record: $0, excess: state.rule.excess(Double($0.value))) }
    }
    let sorted = ranked.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      if one.record.severity != other.record.severity {
        return one.record.severity.rawValue > other.record.severity.rawValue
      }
      return one.excess != other.excess ? one.excess > other.excess : left.offset < right.offset
    }
    return sorted.prefix(Self.raisedLimit).map(\.element.record)
  }

  /// Clears everything, because the namespace is gone; the engine can be thrown away then.
  public mutating func namespaceGone(at now: AlarmMoment) -> [Event] {
    forgetAll(.namespaceGone, now)
  }

  /// Goes on with other rules. What a rule remembers stays, unless what it decides by was changed.
  public mutating func replaceRules(_ rules: [AlarmRule], at now: AlarmMoment) -> [Event] {
    var events: [Event] = []
    var old = Dictionary(uniqueKeysWithValues: states.map { ($0.rule.name, $0) })
    states = Self.unique(rules).map { rule in
      guard var state = old[rule.name], state.rule.decides(like: rule) else {
        return RuleState(rule)
      }
      old[rule.name] = nil
      state.rule = rule
      return state
    }
    for name in old.keys.sorted() {
      guard var state = old[name] else { continue }
      let rule = state.rule
      events += state.forget(.ruleChanged).map { Self.event($0, rule, now, nil) }
    }
    return events
  }

  private mutating func forgetAll(_ clearing: AlarmClearing, _ now: AlarmMoment) -> [Event] {
    var events: [Event] = []
    for index in states.indices {
      let rule = states[index].rule
      events += states[index].forget(clearing).map { Self.event($0, rule, now, nil) }
    }
    countedAt = nil
    return events
  }

  private static func event(
    _ change: RuleState.Change, _ rule: AlarmRule, _ now: AlarmMoment, _ frame: Frame?
  ) -> Event {
    AlarmText.event(change.record, rule: rule, clearing: change.clearing, at: now, frame: frame)
  }

  private static func unique(_ rules: [AlarmRule]) -> [AlarmRule] {
    var seen: Set<String> = []
    return rules.reversed().filter { seen.insert($0.name).inserted }.reversed()
  }
}

extension AlarmRule {
  /// Whether both come to the same decisions.
  fileprivate func decides(like other: AlarmRule) -> Bool {
    subject == other.subject && threshold == other.threshold && hits == other.hits
      && periodNanoseconds == other.periodNanoseconds
  }

  /// How far a value is beyond the threshold, as a multiple of it.
  fileprivate func excess(_ value: Double) -> Double {
    if isMirrored { return threshold / max(value, 1e-3) }
    return threshold > 0 ? value / threshold : value
  }
}
