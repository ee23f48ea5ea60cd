/// Counts a tracepoint on the whole host, exactly: one perf event for each processor that is online.
///
/// Nothing runs when it counts but the kernel's filter; nobody is woken. A read is one system call a
/// processor. Source: kernel/events/core.c, perf_tp_event().
public struct PerfCounter: ~Copyable {
  private let tracepoint: UInt64
  private let filter: String
  private var events: [Event]
  private var processors: OnlineProcessors
  /// What events of processors that have gone had counted.
  private var past: UInt64 = 0

  /// An array needs something that can be copied.
  private final class Event {
    let event: PerfEvent
    var last: UInt64 = 0
    init(_ event: consuming PerfEvent) { self.event = event }
  }

  /// Begins to count tracepoint number `tracepoint` where `filter` holds (the kernel's language for event
  /// filters).
  public init(tracepoint: UInt64, filter: String) throws(SystemCallError) {
    let processors = try OnlineProcessors.read()
    let events = try Self.open(tracepoint, filter, on: processors.numbers)
    self.tracepoint = tracepoint
    self.filter = filter
    self.processors = processors
    self.events = events
  }

  /// How many since it was opened; never less than before. Each read interrupts its processor, asleep or not
  /// (perf_event_read() asks it): read no oftener than needed.
  public mutating func read() -> UInt64 {
    for event in events {
      if let count = event.event.read() { event.last = max(event.last, count.value) }
    }
    return events.reduce(past) { $0 &+ $1.last }
  }

  /// Counts on `current` from now on: on processors that came, and no longer on those that went.
  public mutating func follow(_ current: OnlineProcessors) throws(SystemCallError) {
    guard current != processors else { return }
    let present = Set(events.map { $0.event.processor })
    let added = try Self.open(
      tracepoint, filter, on: current.numbers.filter { !present.contains($0) })
    _ = read()
    for event in events where !current.numbers.contains(event.event.processor) {
      past &+= event.last
    }
    events.removeAll { !current.numbers.contains($0.event.processor) }
    events += added
    processors = current
  }

  private static func open(
    _ tracepoint: UInt64, _ filter: String, on processors: [Int32]
  ) throws(SystemCallError) -> [Event] {
    var events: [Event] = []
    for processor in processors {
      do throws(SystemCallError) {
        events.append(
          Event(try PerfEvent(tracepoint, on: processor, filter: filter, sampling: .none)))
      } catch {
        // It went meanwhile; the next list is without it.
        if error.errno != .noDevice { throw error }
      }
    }
    return events
  }
}
