internal import Frames
internal import Pools

extension AlarmRule {
  /// The rules that hold unless a configuration says otherwise.
  ///
  ///     name                subject             exceeded when      period  hits  severity
  ///     host                host                usage > 80 %        30 s     5   major
  ///     pool                pool, connect       usage > 80 %         1 s     5   major
  ///     udp                 pool, udp           usage > 80 %         1 s     5   major
  ///     address             address             usage > 80 %        30 s     5   minor
  ///     failures            failures            more than 0          1 s     1   critical
  ///     forecast            forecast            in less than 300 s   5 s     3   minor
  ///     time_wait_overflow  time_wait_overflow  more than 0         30 s     1   warning
  ///     stale               stale               for over 300 s      30 s     1   minor
  ///
  /// `pool` is checked each second because a pool can fill in seconds. An address as such runs out for
  /// programs that bind before they connect, and for those that listen: slower, and fewer of them.
  public static let builtIn: [AlarmRule] = [
    AlarmRule(
      name: "host", subject: .host, threshold: 0.8, periodNanoseconds: 30_000_000_000, hits: 5,
      severity: .major),
    AlarmRule(
      name: "pool", subject: .pool(.connect), threshold: 0.8, periodNanoseconds: 1_000_000_000,
      hits: 5, severity: .major),
    AlarmRule(
      name: "udp", subject: .pool(.udp), threshold: 0.8, periodNanoseconds: 1_000_000_000,
      hits: 5, severity: .major),
    AlarmRule(
      name: "address", subject: .address, threshold: 0.8, periodNanoseconds: 30_000_000_000,
      hits: 5, severity: .minor),
    AlarmRule(
      name: "failures", subject: .failures, threshold: 0, periodNanoseconds: 1_000_000_000,
      hits: 1, severity: .critical),
    AlarmRule(
      name: "forecast", subject: .forecast, threshold: 300, periodNanoseconds: 5_000_000_000,
      hits: 3, severity: .minor),
    AlarmRule(
      name: "time_wait_overflow", subject: .timeWaitOverflow, threshold: 0,
      periodNanoseconds: 30_000_000_000, hits: 1, severity: .warning),
    AlarmRule(
      name: "stale", subject: .stale, threshold: 300, periodNanoseconds: 30_000_000_000, hits: 1,
      severity: .minor),
  ]

  /// Whether the rule may watch this subject.
  func covers(_ watched: AlarmSubject) -> Bool {
    switch (subject, watched) {
    case (.host, .host), (.failures, .host), (.timeWaitOverflow, .host), (.stale, .host): true
    case (.address, .pool(.bind(.address))), (.forecast, .pool): true
    case (.pool(let kind), .pool(let key)): kind == nil || kind == key.kind
    default: false
    }
  }

  /// Whether the rule has a subject of its own for each pool.
  var isPerPool: Bool {
    switch subject {
    case .address, .pool, .forecast: true
    case .host, .failures, .timeWaitOverflow, .stale: false
    }
  }
}
