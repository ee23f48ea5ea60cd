public import Frames
internal import Kernel

/// The events of alarms in a ring that are not settled yet, each handed out once.
///
/// Without a cursor it begins with now: what comes, and the events of what is still raised.
public struct EventFeed: Sendable {
  /// An event that was handed out.
  private struct Handed: Sendable {
    let id: UInt64
    let cursor: EventCursor
    var isSettled = false
  }

  /// The most events that are asked for at once: more than any ring has.
  private static let limit = 65_536

  private var base: EventCursor?
  private var hasLooked = false
  /// What was settled in an earlier run, until it has been found in the ring.
  private var settledBefore: Set<UInt64> = []
  /// In order; the first one is not settled.
  private var handed: [Handed] = []

  /// A feed that goes on from `cursor`.
  public init(from cursor: EventCursor?) { base = cursor }

  /// How far everything is settled; nil before the first look.
  public var cursor: EventCursor? {
    guard var cursor = base else { return nil }
    cursor.settled += handed.filter(\.isSettled).map(\.id)
    return cursor
  }

  /// The events of alarms that came since, in order. The source has been refreshed by the caller.
  public mutating func next<Source: FrameSource>(
    from source: inout Source
  ) throws(Source.Failure) -> [Event] {
    let events = try source.events(from: 0, through: .max, limit: Self.limit)
      .filter { $0.kind == .alarmRaised || $0.kind == .alarmCleared }
    if !hasLooked { try begin(events, &source) }
    guard let base else { return [] }
    var known = Set(handed.map(\.id))
    known.formUnion(base.settled)
    let current = source.writer.boot
    var new: [Event] = []
    for event in events where base.isBefore(event, currentBoot: current) {
      let id = EventCursor.identity(event)
      guard known.insert(id).inserted else { continue }
      let isSettled = settledBefore.contains(id)
      handed.append(Handed(id: id, cursor: EventCursor(at: event), isSettled: isSettled))
      if !isSettled { new.append(event) }
    }
    settledBefore = []
    advance()
    return new
  }

  /// Finds out where to begin, and what of it is settled already.
  private mutating func begin<Source: FrameSource>(
    _ events: [Event], _ source: inout Source
  ) throws(Source.Failure) {
    hasLooked = true
    if base != nil {
      // From here on all that is settled after the position stands in `handed`.
      settledBefore = Set(base?.settled ?? [])
      base?.settled = []
      return
    }
    let newest = try source.newest()
    let standing = events.filter { $0.raised(newest) }
    settledBefore = Set(events.map(EventCursor.identity))
    settledBefore.subtract(standing.map(EventCursor.identity))
    base =
      standing.first.map { EventCursor(at: $0) }
      ?? EventCursor(
        boot: newest?.boot ?? source.writer.boot,
        monotonicNanoseconds: newest?.monotonicNanoseconds ?? 0,
        atNanoseconds: newest?.takenAtNanoseconds ?? 0)
  }

  /// Nothing more is to be done for the event known by `id`.
  public mutating func settle(_ id: UInt64) {
    guard let index = handed.firstIndex(where: { $0.id == id }) else { return }
    handed[index].isSettled = true
    advance()
  }

  /// Moves the position over what is settled.
  private mutating func advance() {
    while let first = handed.first, first.isSettled {
      handed.removeFirst()
      // Many events can share a moment.
      let isSame =
        first.cursor.boot == base?.boot
        && first.cursor.monotonicNanoseconds == base?.monotonicNanoseconds
      var next = first.cursor
      next.settled = (isSame ? base?.settled ?? [] : []) + [first.id]
      base = next
    }
  }
}

extension EventCursor {
  /// The position of an event.
  fileprivate init(at event: Event) {
    self.init(
      boot: event.boot, monotonicNanoseconds: event.monotonicNanoseconds,
      atNanoseconds: event.atNanoseconds)
  }

  /// Whether an event that is not in `settled` comes at or after the position.
  fileprivate func isBefore(_ event: Event, currentBoot: BootID) -> Bool {
    if event.boot == boot { return event.monotonicNanoseconds >= monotonicNanoseconds }
    // Of two other boots the running one is newer; else the wall clock must do.
    return event.boot == currentBoot
      || (boot != currentBoot && event.atNanoseconds > atNanoseconds)
  }
}

extension Event {
  /// Whether it tells of something that is raised in `frame`.
  fileprivate func raised(_ frame: Frame?) -> Bool {
    guard kind == .alarmRaised, let alarm, let frame else { return false }
    return frame.alarms.contains {
      $0.rule == alarm.rule && $0.subject == alarm.subject
        && $0.sinceNanoseconds == alarm.sinceNanoseconds
    }
  }
}
