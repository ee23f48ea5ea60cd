/// Why an alarm is over.
public enum AlarmClearing: Hashable, Sendable {
  /// The value is at the clearing level or better.
  case value
  /// It is counted in the grouped alarm of its address from now on.
  case grouped
  /// The namespace is gone, and everything in it.
  case namespaceGone
  /// The host was started anew.
  case rebooted
  /// The collector was away for so long that what it knew is no longer worth anything.
  case outdated
  /// The rule was changed or is no longer there.
  case ruleChanged
}
