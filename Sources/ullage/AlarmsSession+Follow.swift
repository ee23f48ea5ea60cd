import Console
import Delivery
import Frames
import Kernel

extension AlarmsSession {
  /// Shows events as they come, and hands them to the command, until `wait` says that it is to stop.
  ///
  /// `wait` waits until a moment of the monotonic clock. A source that fails is tried again: the collector
  /// may be starting anew. At the end commands that run may end within their time, unless it is said a second
  /// time; what they took is in the cursor then, and what waited is not.
  mutating func follow(
    from saved: EventCursor?, cursorPath: String?, exec: (String, DeliveryOptions)?,
    wait: (UInt64) -> SignalQueue.Signal?
  ) throws(Failure) {
    if feed == nil { try begin(from: saved) }
    var feed = feed ?? EventFeed(from: saved)
    var written = saved
    var delivery = CommandDelivery(command: exec?.0 ?? "", options: exec?.1 ?? DeliveryOptions())
    var dropped = 0
    var isFailing = false
    var isStopping = false
    var nextLook: UInt64 = 0
    var writeFailure: Failure?
    following: while true {
      let now = Clock.monotonicNanoseconds()
      var outcomes: [DeliveryOutcome] = []
      if !isStopping, now >= nextLook {
        nextLook = now + lookInterval
        do throws(Source.Failure) {
          try source.refresh()
          let events = try found + feed.next(from: &source)
          found = []
          isFailing = false
          for event in events {
            let id = EventCursor.identity(event)
            if writeFailure == nil, !shownBefore.contains(id) {
              writeFailure = failureOfShowing(event)
            }
            guard exec != nil else {
              feed.settle(id)
              continue
            }
            let item = DeliveryItem(id: id, lane: lane(event), payload: document(event))
            if let outcome = delivery.submit(item) { outcomes.append(outcome) }
          }
        } catch {
          // Said once, not each second.
          if !isFailing { say("\(failure(error).message); trying again") }
          isFailing = true
        }
      }
      outcomes += delivery.step(now: now, starts: !isStopping)
      for outcome in outcomes {
        if outcome.result == .dropped { dropped += 1 }
        report(outcome, dropped: dropped)
        if outcome.isSettled { feed.settle(outcome.id) }
      }
      if let cursorPath, let cursor = feed.cursor, cursor != written {
        save(cursor, cursorPath)
        written = cursor
      }
      if writeFailure != nil { isStopping = true }
      if isStopping, delivery.runningCount == 0 { break }
      // A child's end wakes us; should that get lost, a second is soon enough.
      var deadline = min(delivery.nextDeadline(now: now) ?? .max, now + 1_000_000_000)
      if !isStopping { deadline = min(deadline, nextLook) }
      switch wait(deadline) {
      case .terminate?, .interrupt?:
        // Commands that still run are killed with `delivery`.
        if isStopping { break following }
        isStopping = true
      case .hangup?, .quit?, .child?, .brokenPipe?, nil: break
      }
    }
    if let writeFailure { throw writeFailure }
  }

  /// As often as there are frames, within reason.
  private var lookInterval: UInt64 {
    min(max(source.writer.intervalNanoseconds, 100_000_000), 1_000_000_000)
  }

  private mutating func failureOfShowing(_ event: Event) -> Failure? {
    do throws(Failure) {
      try write(shown(event))
      return nil
    } catch {
      return error
    }
  }

  /// What belongs to one alarm is delivered in order.
  private func lane(_ event: Event) -> String {
    event.alarm.map { "\($0.rule) \($0.subject)" } ?? ""
  }

  private func report(_ outcome: DeliveryOutcome, dropped: Int) {
    switch outcome.result {
    case .delivered: break
    case .retrying(let failure, let attempt):
      say("the command failed, try \(attempt): \(failure); trying again")
    case .failed(let failure, let attempts):
      say("an event was not delivered, after \(attempts) tries: \(failure)")
    case .dropped: say("the queue is full: \(dropped) events dropped so far, the oldest first")
    }
  }

  private func save(_ cursor: EventCursor, _ path: String) {
    do throws(SystemCallError) {
      try cursor.save(path)
    } catch {
      // Delivering goes on: a restart would repeat, which is better than silence.
      say("\(error); after a restart events will be repeated")
    }
  }
}
