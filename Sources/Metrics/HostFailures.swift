internal import Frames

/// Failed connects of the whole host. Every collector that sees the whole host counts the same ones, so that
/// those of one are summed. When it counts no longer another takes over: it loses none, and counts again at
/// most what its first frame has from before the other's last.
struct HostFailures: Sendable {
  /// Their sum since the register was made; nil before somebody counted.
  private var sum: UInt64?
  /// The namespace whose frames are summed.
  private var source: String?
  /// Its newest frame.
  private var reached: FrameStamp?
  /// What others counted since the newest frame of the source, by namespace.
  private var ahead: [String: UInt64] = [:]

  /// Their sum; nil while nobody counts: what it was then is of the past.
  var total: UInt64? { source == nil ? nil : sum }

  /// Takes a frame of a namespace. One of the past says only who counts.
  mutating func observe(_ frame: Frame, of namespace: String, isPast: Bool) {
    guard let count = frame.counters[.connectFailures], !frame.flags.contains(.failuresOfNamespace)
    else { return leave(namespace) }
    let new = isPast ? 0 : count
    if source == nil { source = namespace }
    if source == namespace {
      add(new)
      reached = FrameStamp(frame)
      for other in ahead.keys { ahead[other] = 0 }
    } else if reached.map({ FrameStamp(frame).isFolded(into: $0) }) ?? false {
      ahead[namespace] = ahead[namespace] ?? 0
    } else {
      ahead[namespace] = Self.sum(ahead[namespace] ?? 0, new)
    }
  }

  /// Nobody counts in the namespace any more, or nobody says so.
  mutating func leave(_ namespace: String) {
    ahead[namespace] = nil
    guard source == namespace else { return }
    source = ahead.keys.min()
    if let source, let count = ahead.removeValue(forKey: source) {
      add(count)
      for other in ahead.keys { ahead[other] = 0 }
    }
  }

  private mutating func add(_ count: UInt64) { sum = Self.sum(sum ?? 0, count) }

  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? .max : sum
  }
}
