public import Kernel

/// What the alarms of one network namespace remember from one run of the collector to the next.
public struct AlarmState: Hashable, Sendable {
  /// The boot in which it was written.
  public var boot: BootID
  /// The cookie of the network namespace, unique per boot; nil where the kernel does not tell.
  public var namespaceCookie: UInt64?
  /// When: CLOCK_REALTIME nanoseconds.
  public var atNanoseconds: UInt64
  /// When: CLOCK_MONOTONIC nanoseconds, which nobody sets.
  public var monotonicNanoseconds: UInt64
  /// Everything that has hits or is raised.
  public var alarms: [AlarmRecord]

  /// The state given.
  public init(
    boot: BootID, namespaceCookie: UInt64?, atNanoseconds: UInt64, monotonicNanoseconds: UInt64,
    alarms: [AlarmRecord]
  ) {
    self.boot = boot
    self.namespaceCookie = namespaceCookie
    self.atNanoseconds = atNanoseconds
    self.monotonicNanoseconds = monotonicNanoseconds
    self.alarms = alarms
  }

  /// Writes the state into `words`: the first alarms that fit into `wordCount`.
  public func write(into words: inout [UInt64], wordCount: Int) {
    var writer = WordWriter(reusing: consume words)
    let room = (wordCount - FrameLayout.alarmStateFixedWordCount) / FrameLayout.alarmWordCount
    let kept = alarms.prefix(max(0, room))
    writer.append(
      UInt64(FrameLayout.version) | UInt64(FrameLayout.alarmStateKind) << 16
        | UInt64(kept.count) << 32)
    writer.append(boot.high)
    writer.append(boot.low)
    writer.append(atNanoseconds)
    writer.append(monotonicNanoseconds)
    // No namespace has the cookie 0.
    writer.append(namespaceCookie ?? 0)
    for alarm in kept { writer.append(alarm) }
    words = writer.finish()
  }

  /// The state that these words are.
  public init(_ words: Span<UInt64>) throws(FrameError) {
    var reader = WordReader(words)
    let count = try reader.head(kind: FrameLayout.alarmStateKind)
    let boot = BootID(high: try reader.next(), low: try reader.next())
    let at = try reader.moment("time"), monotonic = try reader.moment("monotonic time")
    let cookie = try reader.next()
    var alarms: [AlarmRecord] = []
    // Ended by the words, however large the count claims to be.
    for _ in 0..<count { alarms.append(try reader.alarm()) }
    self.init(
      boot: boot, namespaceCookie: cookie == 0 ? nil : cookie, atNanoseconds: at,
      monotonicNanoseconds: monotonic, alarms: alarms)
  }
}
