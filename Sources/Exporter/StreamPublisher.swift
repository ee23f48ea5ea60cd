internal import Frames
internal import NIOCore
internal import Synchronization

/// Makes the events of streams, away from the event loop, and hands them to the hub.
///
/// Each frame becomes an event once for each number of pools that somebody wants of it. One hand-over is under
/// way at a time; what comes meanwhile waits, and of more than a few frames the newest alone: their numbers let
/// a client see that some are missing.
final class StreamPublisher: Sendable {
  /// Frames of a ring that wait for the hand-over before them.
  static let waitingLimit = 16
  private static let keptLimit = 64

  private struct State {
    /// How many streams want what.
    var wants: [FrameEvent.Want: Int] = [:]
    var waiting: [String: (ring: RingFollower.Ring, frames: [Frame])] = [:]
    var isBusy = false
    var isEnded = false
    /// The newest that was made of each, for who comes next.
    var newest: [FrameEvent.Want: FrameEvent] = [:]
  }

  private let hub: NIOLoopBound<EventHub>
  private let workplace: Workplace
  private let state = Mutex(State())

  /// A publisher that works at `workplace`, for the streams of `hub`.
  init(hub: NIOLoopBound<EventHub>, workplace: Workplace) {
    self.hub = hub
    self.workplace = workplace
  }

  /// Adds a stream, which gets events from now on. On the event loop.
  func add(_ stream: EventStream) {
    state.withLock { $0.wants[stream.want, default: 0] += 1 }
    hub.value.add(stream)
  }

  /// Forgets a stream. On the event loop.
  func remove(_ stream: EventStream) {
    hub.value.remove(stream)
    state.withLock { state in
      let count = state.wants[stream.want, default: 0]
      state.wants[stream.want] = count > 1 ? count - 1 : nil
    }
  }

  /// Ends all streams; nothing is handed over from now on. On the event loop.
  func close() {
    state.withLock { state in
      state.isEnded = true
      state.waiting = [:]
    }
    hub.value.close()
  }

  /// Gives each stream the frames of its namespace, and from time to time a sign of life.
  func publish(_ look: RingFollower.Look) {
    if !look.gone.isEmpty {
      let hub = hub
      hub.eventLoop.execute { hub.value.end(of: look.gone) }
    }
    let isFree = state.withLock { state in
      guard !state.isEnded, !state.wants.isEmpty else { return false }
      let namespaces = Set(state.wants.keys.map(\.namespace))
      for (ring, frames) in look.frames where namespaces.contains(ring.writer.namespace) {
        let earlier = state.waiting[ring.path]?.frames ?? []
        state.waiting[ring.path] = (ring, (earlier + frames).suffix(Self.waitingLimit))
      }
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if isFree { handOver() }
  }

  /// The event of a frame for a stream that begins with it.
  func event(
    of frame: Frame, _ ring: RingFollower.Ring, top: Int
  ) -> EventLoopFuture<FrameEvent> {
    workplace.run(on: hub.eventLoop) { [self] in event(of: frame, ring, top) }
  }

  private func handOver() {
    let made = workplace.run(on: hub.eventLoop) { [self] in makeWaiting() }
    made.whenComplete { [self] result in
      guard case .success(let events) = result else {
        // The threads have been ended: what waits is for nobody, and asking again would fail at once for ever.
        return state.withLock { state in
          state.waiting = [:]
          state.isBusy = false
        }
      }
      hub.value.deliver(events)
      let goesOn = state.withLock { state in
        state.isBusy = !state.waiting.isEmpty
        return state.isBusy
      }
      if goesOn { handOver() }
    }
  }

  private func makeWaiting() -> [FrameEvent] {
    let (waiting, wants) = state.withLock { state in
      defer { state.waiting = [:] }
      return (state.waiting.values.map { $0 }, Set(state.wants.keys))
    }
    var events: [FrameEvent] = []
    for (ring, frames) in waiting {
      let mine = wants.filter { $0.namespace == ring.writer.namespace }
      for frame in frames {
        events += mine.map { event(of: frame, ring, $0.top) }
      }
    }
    return events
  }

  /// Makes it, unless it is the newest that was made.
  private func event(of frame: Frame, _ ring: RingFollower.Ring, _ top: Int) -> FrameEvent {
    let want = FrameEvent.Want(namespace: ring.writer.namespace, top: top)
    let known = state.withLock { $0.newest[want] }
    if let known, known.at == frame.takenAtNanoseconds { return known }
    let event = FrameEvent(frame, of: ring, top: top)
    state.withLock { state in
      if state.newest.count >= Self.keptLimit { state.newest = [:] }
      state.newest[want] = event
    }
    return event
  }
}
