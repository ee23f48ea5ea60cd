/// Items that wait for their turn: bounded, in order within a lane, some of them for another try.
struct DeliveryQueue {
  /// An item and how often it was tried.
  struct Entry: Hashable, Sendable {
    var item: DeliveryItem
    var attempts = 0
    var notBefore: UInt64 = 0
  }

  private let options: DeliveryOptions
  /// In the order of arrival; an item that is tried again keeps its place.
  private var waiting: [Entry] = []
  private var busyLanes: Set<String> = []

  init(_ options: DeliveryOptions) { self.options = options }

  var count: Int { waiting.count }

  /// Appends an item. Returns what had to go for it.
  mutating func append(_ item: DeliveryItem) -> DeliveryItem? {
    waiting.append(Entry(item: item))
    return waiting.count > max(1, options.queueLimit) ? waiting.removeFirst().item : nil
  }

  /// Takes the next item that may be tried at `now`; its lane is busy until `finish`.
  mutating func take(now: UInt64) -> Entry? {
    var blocked = busyLanes
    for (index, entry) in waiting.enumerated() {
      // What waits for another try blocks what came after it in its lane.
      guard blocked.insert(entry.item.lane).inserted else { continue }
      guard entry.notBefore <= now else { continue }
      busyLanes.insert(entry.item.lane)
      return waiting.remove(at: index)
    }
    return nil
  }

  /// Notes how a try of `entry` ended.
  mutating func finish(
    _ entry: Entry, _ failure: DeliveryFailure?, now: UInt64
  ) -> DeliveryOutcome {
    busyLanes.remove(entry.item.lane)
    guard let failure else { return DeliveryOutcome(id: entry.item.id, result: .delivered) }
    var entry = entry
    entry.attempts += 1
    guard entry.attempts <= options.retries else {
      return DeliveryOutcome(
        id: entry.item.id, result: .failed(failure, attempts: entry.attempts))
    }
    let (backOff, overflows) = options.backOffNanoseconds.multipliedReportingOverflow(
      by: 1 << UInt64(min(entry.attempts - 1, 20)))
    entry.notBefore = now + (overflows ? 3_600_000_000_000 : min(backOff, 3_600_000_000_000))
    // First of all: nothing of its lane was taken before it, and other lanes do not care.
    waiting.insert(entry, at: 0)
    return DeliveryOutcome(
      id: entry.item.id, result: .retrying(failure, attempt: entry.attempts))
  }

  /// The moment from which on something can be tried that cannot now; nil when nothing waits for time.
  var nextTry: UInt64? {
    var blocked = busyLanes
    var next: UInt64?
    // As in `take`: only the first of a lane can be next.
    for entry in waiting where blocked.insert(entry.item.lane).inserted {
      next = min(next ?? .max, entry.notBefore)
    }
    return next
  }
}
