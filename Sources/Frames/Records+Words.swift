internal import Kernel
internal import Pools

extension WordWriter {
  mutating func append(_ owner: OwnerRecord) {
    append(UInt64(owner.kind.rawValue) | (owner.isInferred ? 1 << 8 : 0))
    append(owner.id)
    append(owner.ports, owner.timeWait)
    append(owner.name, byteCount: FrameLayout.ownerNameByteCount)
  }

  mutating func append(_ finding: FindingRecord) {
    append(UInt64(finding.id) | UInt64(finding.severity) << 16)
    for index in 0..<FindingRecord.argumentCount {
      append(finding.arguments.indices.contains(index) ? finding.arguments[index] : 0)
    }
  }

  mutating func append(_ alarm: AlarmRecord) {
    let isPool: UInt64 = if case .pool = alarm.subject { 1 } else { 0 }
    var head = UInt64(alarm.severity.rawValue) | (alarm.isRaised ? 1 << 8 : 0) | isPool << 16
    head |= UInt64(UInt32(clamping: alarm.hits)) << 32
    append(head)
    append(alarm.sinceNanoseconds)
    append(Self.finite(alarm.value), Self.finite(alarm.threshold))
    append(UInt64(clamping: alarm.groupedCount))
    append(alarm.rule, byteCount: FrameLayout.ruleNameByteCount)
    if case .pool(let key) = alarm.subject {
      append(key)
    } else {
      for _ in 0..<FrameLayout.keyWordCount { append(0 as UInt64) }
    }
  }
}

extension WordReader {
  mutating func owner() throws(FrameError) -> OwnerRecord {
    let head = try next(), id = try next()
    let (ports, timeWait) = try counts()
    guard let kind = OwnerRecord.Kind(rawValue: head.byte(0)) else {
      throw .value(field: "kind of owner", found: UInt64(head.byte(0)))
    }
    return OwnerRecord(
      kind: kind, id: id, name: try text(byteCount: FrameLayout.ownerNameByteCount), ports: ports,
      timeWait: timeWait, isInferred: head.byte(1) & 1 != 0)
  }

  mutating func finding() throws(FrameError) -> FindingRecord {
    let head = try next()
    var arguments: [UInt64] = []
    for _ in 0..<FindingRecord.argumentCount { arguments.append(try next()) }
    return FindingRecord(id: head.quarter(0), severity: head.byte(2), arguments: arguments)
  }

  mutating func alarm() throws(FrameError) -> AlarmRecord {
    let head = try next(), since = try moment("time of an alarm")
    let (value, threshold) = try floats()
    guard value.isFinite, threshold.isFinite else {
      throw .value(field: "value of an alarm", found: UInt64(value.bitPattern))
    }
    let grouped = try next()
    let rule = try text(byteCount: FrameLayout.ruleNameByteCount)
    guard let severity = AlarmSeverity(rawValue: head.byte(0)) else {
      throw .value(field: "severity of an alarm", found: UInt64(head.byte(0)))
    }
    // The words of the key are there for every subject, and a key only for pools.
    var subject = AlarmSubject.host
    if head.byte(2) & 1 != 0 {
      subject = .pool(try key())
    } else {
      for _ in 0..<FrameLayout.keyWordCount { _ = try next() }
    }
    return AlarmRecord(
      rule: rule, subject: subject, severity: severity, isRaised: head.byte(1) & 1 != 0,
      hits: Int(head >> 32), groupedCount: Int(clamping: grouped), value: value,
      threshold: threshold, sinceNanoseconds: since)
  }
}

extension Event {
  /// Writes the event into `words`, whose memory is kept: at most `FrameLayout.eventWordCount`.
  public func write(into words: inout [UInt64]) {
    var writer = WordWriter(reusing: consume words)
    let byteCount = WordWriter.cut(text, byteCount: FrameLayout.eventTextByteCount)
    var head = UInt64(FrameLayout.version) | UInt64(FrameLayout.eventKind) << 16
    head |= UInt64(kind.rawValue) << 32 | (alarm == nil ? 0 : 1 << 40)
    writer.append(head)
    writer.append(boot.high)
    writer.append(boot.low)
    writer.append(atNanoseconds)
    writer.append(monotonicNanoseconds)
    writer.append(tick)
    writer.append(UInt64(byteCount))
    if let alarm { writer.append(alarm) }
    writer.append(text, byteCount: byteCount)
    words = writer.finish()
  }

  /// The event that these words are.
  public init(_ words: Span<UInt64>) throws(FrameError) {
    var reader = WordReader(words)
    let what = try reader.head(kind: FrameLayout.eventKind)
    guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: what)) else {
      throw .value(field: "kind of event", found: UInt64(what))
    }
    let boot = BootID(high: try reader.next(), low: try reader.next())
    let at = try reader.moment("time"), monotonic = try reader.moment("monotonic time")
    let tick = try reader.next()
    let byteCount = try reader.next()
    guard byteCount <= FrameLayout.eventTextByteCount else {
      throw .value(field: "text bytes", found: byteCount)
    }
    let alarm = what >> 8 & 1 != 0 ? try reader.alarm() : nil
    self.init(
      kind, boot: boot, atNanoseconds: at, monotonicNanoseconds: monotonic, tick: tick,
      alarm: alarm, text: try reader.text(byteCount: Int(byteCount)))
  }
}
