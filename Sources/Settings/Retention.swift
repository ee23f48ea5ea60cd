/// How much a tier of the ring keeps.
public enum Retention: Hashable, Sendable {
  /// So many frames.
  case frames(Int)
  /// Frames of so many nanoseconds.
  case nanoseconds(UInt64)

  /// The frames of a tier with one every `step` nanoseconds; at least 2.
  public func frameCount(stepNanoseconds step: UInt64) -> Int {
    switch self {
    case .frames(let count): max(2, count)
    case .nanoseconds(let time):
      max(2, Int(clamping: time / max(1, step) + (time % max(1, step) == 0 ? 0 : 1)))
    }
  }
}

/// How much the collector says in its log.
public enum LogLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  /// What keeps it from working.
  case error
  /// What it cannot have or see, and alarms.
  case warning
  /// What it does.
  case info
  /// Everything.
  case debug

  /// Says less.
  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
