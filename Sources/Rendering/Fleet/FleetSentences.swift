internal import Fleet
internal import Inet
internal import Pools

/// What is said of many hosts in words.
struct FleetSentences {
  let survey: FleetSurvey
  var names: Names

  /// The answer in one sentence: the common cause, if there is one, or the worst host.
  mutating func verdict() -> String {
    let known = survey.knownCount
    guard known > 0 else {
      return survey.hosts.isEmpty
        ? "no host is known to this server" : "of no host is anything known now"
    }
    if let cause = survey.causes.first, cause.hosts <= known,
      cause.hosts >= known / 10
    {
      let worst = survey.hosts.first { $0.level == survey.level && $0.level ?? .ok >= .critical }
      return "\(Decimal.grouped(cause.hosts)) of \(hosts(known)) are tight towards "
        + place(cause.destination, cause.port) + (worst.map { "; \(clause($0))" } ?? "")
    }
    guard let level = survey.level, level > .ok,
      let worst = survey.hosts.first(where: { $0.level == level })
    else {
      let unknown = survey.unknownCount
      if unknown > 0 {
        return
          "\(hosts(known)) \(known == 1 ? "has" : "have") room; of \(Decimal.grouped(unknown)) nothing is known"
      }
      return known == 1 ? "the host has room" : "all \(hosts(known)) have room"
    }
    let count = survey.count(atLeast: level)
    return "\(Decimal.grouped(count)) of \(hosts(known)): \(clause(worst))"
  }

  /// "web-17 runs out in 42 s", what is the worst of a host.
  private mutating func clause(_ host: FleetHost) -> String {
    let name = names.fleetHost(host.name)
    if host.level == .exhausted { return "\(name) has no port left" }
    if let failures = host.failures, failures >= 0.5 {
      return "on \(name) \(Self.about(failures)) connects failed in the last "
        + Self.span(Double(survey.query.failureSeconds))
    }
    if let left = host.secondsToExhaustion, left <= 300 {
      return "\(name) runs out in \(Self.span(left))"
    }
    return "\(name) uses \(Decimal.percent(host.usage ?? 0)) of its tightest pool"
  }

  /// A pool in few words: "10.0.0.5 → 10.1.2.3:443".
  mutating func name(_ pool: FleetPool) -> String {
    let words: String
    switch pool.kind {
    case "connect": words = "\(address(pool.source)) → \(place(pool.destination, pool.port))"
    case "udp":
      let family = ["ipv4": "IPv4", "ipv6": "IPv6"][pool.source] ?? names.freeText(pool.source)
      words = "UDP over \(family)"
    case "udp-bind": words = "UDP bind(\(address(pool.source)), 0)"
    default: words = "\(pool.kind)(\(address(pool.source)), 0)"
    }
    return pool.namespace.isEmpty || pool.namespace == "host"
      ? words : "\(words) in \(names.namespace(pool.namespace))"
  }

  /// "10.1.2.3:443" of labels, which may hold anything.
  mutating func place(_ destination: String, _ port: String) -> String {
    let number = UInt16(port)
    guard let known = IPAddress(destination), let number else {
      return names.freeText("\(destination):\(port)")
    }
    return names.endpoint(known, number)
  }

  /// An address of a label.
  mutating func address(_ text: String) -> String {
    IPAddress(text).map { names.text($0) } ?? (text == "*" ? text : names.freeText(text))
  }

  /// What a server extrapolated, as a whole number.
  static func about(_ number: Double) -> String {
    Decimal.short(UInt64(min(max(number.rounded(), 0), 1e15)))
  }

  /// Seconds that somebody else computed, as people say them: "42 s", "5 min", "2.1 h".
  static func span(_ seconds: Double) -> String {
    let seconds = min(max(seconds, 0), 1e9)
    return switch seconds {
    case ..<120: "\(Int(seconds)) s"
    case ..<7200: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Decimal.fixed(seconds / 3600, places: 1)) h"
    case ..<8_640_000: "\(Int(seconds / 86_400)) d"
    default: ">99 d"
    }
  }

  private func hosts(_ count: Int) -> String {
    "\(Decimal.grouped(count)) host\(count == 1 ? "" : "s")"
  }
}
