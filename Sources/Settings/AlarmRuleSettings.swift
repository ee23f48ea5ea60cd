internal import Alarms
internal import Frames
internal import Pools

/// The rules of a file's `alarms`: what is written, over the built-in rule of that name.
enum AlarmRuleSettings {
  private static let keys = [
    "name", "subject", "kind", "threshold", "period", "hits", "severity", "enabled",
  ]

  /// All rules that hold when `value` is the list.
  static func rules(_ value: SettingValue) throws(ConfigurationError) -> [AlarmRule] {
    guard case .list(let list) = value.value else {
      throw value.refused("a list of rules, [ { name: … }, … ]")
    }
    var rules = AlarmRule.builtIn
    var names: Set<String> = []
    for (index, element) in list.enumerated() {
      let object = try SettingObject(
        element, source: value.source, path: "\(value.key)[\(index)]", keys: keys)
      guard let written = object["name"] else {
        throw .missing(
          source: value.source, key: object.place("name"), why: "it is what a rule is called")
      }
      let name = try written.text(1...32)
      guard names.insert(name).inserted else {
        throw written.refused("a name that no other rule has")
      }
      let place = rules.firstIndex { $0.name == name }
      let rule = try self.rule(object, name, over: place.map { rules[$0] })
      let isEnabled = try object["enabled"]?.flag() ?? true
      if let place { rules.remove(at: place) }
      if isEnabled { rules.insert(rule, at: place ?? rules.endIndex) }
    }
    return rules
  }

  private static func rule(
    _ object: SettingObject, _ name: String, over builtIn: AlarmRule?
  ) throws(ConfigurationError) -> AlarmRule {
    guard let subject = try subject(object, builtIn?.subject) else {
      throw .missing(
        source: object.source, key: object.place("subject"),
        why: "\(name) is no built-in rule, so it must say what it watches")
    }
    // A built-in threshold is in the unit of its own subject.
    let isSameUnit = builtIn?.subject.unit == subject.unit
    guard
      let threshold = try threshold(object["threshold"], subject.unit)
        ?? (isSameUnit ? builtIn?.threshold : nil)
    else {
      throw .missing(
        source: object.source, key: object.place("threshold"),
        why: "\(name) must say from where on it is too much")
    }
    let severity = try object["severity"].reading { value throws(ConfigurationError) in
      try value.word(AlarmSeverity.allCases) { $0.name }
    }
    return AlarmRule(
      name: name, subject: subject, threshold: threshold,
      periodNanoseconds: try object["period"]?.duration("10ms", "1d")
        ?? builtIn?.periodNanoseconds ?? 30_000_000_000,
      hits: try object["hits"]?.count(1...1000) ?? builtIn?.hits ?? 5,
      severity: severity ?? builtIn?.severity ?? .major)
  }

  private static func subject(
    _ object: SettingObject, _ builtIn: AlarmRule.Subject?
  ) throws(ConfigurationError) -> AlarmRule.Subject? {
    let written = try object["subject"].reading { value throws(ConfigurationError) in
      try value.word(AlarmRule.Subject.all) { $0.name }
    }
    guard let kind = object["kind"] else { return written ?? builtIn }
    guard (written ?? builtIn)?.name == "pool" else {
      throw kind.refused("nothing: only the subject \"pool\" has kinds")
    }
    return .pool(try kind.word(PoolKind.allCases) { $0.rawValue })
  }

  private static func threshold(
    _ value: SettingValue?, _ unit: AlarmRule.Unit
  ) throws(ConfigurationError) -> Double? {
    guard let value else { return nil }
    switch unit {
    case .ratio:
      // Nothing is above 1.
      return try value.number(0...0.999999, "a ratio from 0 and below 1")
    case .count: return try value.number(0...1e9, "a count from 0")
    case .seconds: return try value.number(0.001...1e9, "seconds above 0")
    }
  }
}
