public import Frames
public import Inet
public import Pools

/// An alarm in plain words: what, how much, who, the condition, and what to do.
public enum AlarmText {
  /// What is named in an alarm's words.
  public enum Noun: Hashable, Sendable {
    /// A pool.
    case pool(PoolKey)
    /// A local address.
    case address(IPAddress)

    /// The name, not redacted.
    var plainName: String {
      switch self {
      case .pool(let key): key.plainName
      case .address(let address): "\(address)"
      }
    }
  }

  /// The event that tells of an alarm: raised, or cleared for the reason given.
  ///
  /// `rule` is nil when it is no longer known; `frame` is the one that decided, if one did.
  static func event(
    _ record: AlarmRecord, rule: AlarmRule?, clearing: AlarmClearing?, at now: AlarmMoment,
    frame: Frame?
  ) -> Event {
    Event(
      clearing == nil ? .alarmRaised : .alarmCleared, boot: now.boot,
      atNanoseconds: now.atNanoseconds, monotonicNanoseconds: now.monotonicNanoseconds,
      tick: now.tick, alarm: record,
      text: sentences(
        record, rule: rule, clearing: clearing, frame: frame, owners: true
      ) { $0.plainName })
  }

  /// The event's words. `name` writes a pool or an address, so that addresses can be redacted, and without `owners`
  /// nobody is named.
  public static func sentences(
    _ record: AlarmRecord, rule: AlarmRule?, clearing: AlarmClearing?, frame: Frame?,
    owners: Bool, name: (Noun) -> String
  ) -> String {
    var parts: [String] = []
    if let clearing {
      parts.append("\(clearingWords(clearing, record, rule, name)).")
    } else {
      let condition = rule.map { ": \($0.condition)" } ?? ""
      parts.append("\(what(record, rule, frame, name))\(condition).")
      if owners, let top = topOwners(record, frame) { parts.append("Most ports: \(top).") }
      if let rule { parts.append(AlarmAdvice.sentence(rule.subject, record, frame)) }
    }
    return parts.joined(separator: " ")
  }

  private static func what(
    _ record: AlarmRecord, _ rule: AlarmRule?, _ frame: Frame?, _ name: (Noun) -> String
  ) -> String {
    let value = Double(record.value)
    let subject = subjectName(record, name)
    switch rule?.subject {
    case .host:
      let ports = frame.map { frame in
        let inUse = AlarmNumber.whole((value * Double(frame.range.count)).rounded())
        return " (\(AlarmNumber.grouped(inUse)) of \(AlarmNumber.grouped(frame.range.count)))"
      }
      return "\(AlarmNumber.percent(value)) of the range's TCP ports are in use\(ports ?? "")"
    case .address, .pool:
      let left = pool(record, frame).map { pool in
        let headroom = AlarmNumber.grouped(Int(pool.headroom.last))
        return " (\(headroom) of \(AlarmNumber.grouped(pool.capacity)) left)"
      }
      let verb = record.groupedCount > 0 ? ", the fullest at" : " is used at"
      return "\(subject)\(verb) \(AlarmNumber.percent(value))\(left ?? "")"
    case .failures:
      let count = AlarmNumber.whole(value)
      // What nobody knows the namespace of is this one's or another's.
      let place = frame?.hasFailuresOfUnknownPlace == true ? " on this host" : ""
      return "\(AlarmNumber.grouped(count)) connect\(count == 1 ? "" : "s") failed"
        + " for want of a port\(place)"
    case .forecast:
      let verb = record.groupedCount > 0 ? ", the first is out of ports" : " is out of ports"
      // What would be shown as "in 0 s" has come.
      if value < 0.001 { return "\(subject)\(verb)" }
      return "\(subject)\(verb) in \(AlarmNumber.seconds(value)) if this goes on"
    case .timeWaitOverflow:
      return
        "\(AlarmNumber.grouped(AlarmNumber.whole(value))) sockets could not wait in TIME_WAIT "
        + "(tcp_max_tw_buckets is reached)"
    case .stale: return "sockets were not counted for \(AlarmNumber.seconds(value))"
    case nil: return "\(subject): \(AlarmNumber.plain(value))"
    }
  }

  private static func clearingWords(
    _ clearing: AlarmClearing, _ record: AlarmRecord, _ rule: AlarmRule?,
    _ name: (Noun) -> String
  ) -> String {
    let subject = rule?.subject == .failures ? "failed connects" : subjectName(record, name)
    switch clearing {
    case .value:
      guard let rule, record.groupedCount == 0 else {
        return "\(subject): back to normal"
      }
      let value = Double(record.value)
      let level = AlarmNumber.text(rule.clearingLevel, rule.subject.unit)
      if !value.isFinite { return "\(subject): no end of ports is in sight" }
      let now = AlarmNumber.text(value, rule.subject.unit)
      if rule.clearingLevel == 0 { return "\(subject): back to \(now)" }
      return "\(subject): back to \(now), at or \(rule.isMirrored ? "above" : "below") \(level)"
    case .grouped: return "\(subject): from now on counted in the alarm of its address"
    case .namespaceGone: return "\(subject): the network namespace is gone"
    case .rebooted: return "\(subject): the host was started anew"
    case .outdated:
      return "\(subject): the collector was away for too long; it is raised anew if it still holds"
    case .ruleChanged: return "\(subject): the rule \(record.rule) was changed or removed"
    }
  }

  private static func subjectName(_ record: AlarmRecord, _ name: (Noun) -> String) -> String {
    switch record.subject {
    case .host: return "this namespace"
    case .pool(.bind(.address(let source))) where record.groupedCount > 0:
      return "\(AlarmNumber.grouped(record.groupedCount)) pools of \(name(.address(source)))"
    case .pool(let key): return name(.pool(key))
    }
  }

  private static func pool(_ record: AlarmRecord, _ frame: Frame?) -> PoolRecord? {
    guard record.groupedCount == 0, case .pool(let key) = record.subject else { return nil }
    return frame?.pools.first { $0.key == key }
  }

  private static func topOwners(_ record: AlarmRecord, _ frame: Frame?) -> String? {
    let top = topOwners(of: record, in: frame).map { owner in
      "\(owner.name) \(AlarmNumber.grouped(owner.ports))"
    }
    return top.isEmpty ? nil : top.joined(separator: ", ")
  }

  /// Who holds most of an alarm's pool, or of all ports: with the ports held there; empty if not known.
  public static func topOwners(of record: AlarmRecord, in frame: Frame?) -> [OwnerRecord] {
    guard let frame else { return [] }
    guard let pool = pool(record, frame) else { return Array(frame.namedOwners.prefix(3)) }
    return frame.owners(of: pool)
  }
}
