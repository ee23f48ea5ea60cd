internal import Frames

/// Moving in time.
extension LiveState {
  /// Shows the newest moment, and goes on with it.
  mutating func goLive() {
    moment = nil
    windowEnd = nil
    isPaused = false
  }

  /// Holds the newest moment.
  mutating func pause(_ data: LiveData) {
    guard let newest = data.newest else { return }
    isPaused = true
    moment = newest.takenAtNanoseconds
    windowEnd = moment
  }

  /// Moves by so many steps: frames or columns, whichever is longer.
  mutating func move(by steps: Int, _ data: LiveData) {
    guard let current = data.current else { return }
    let step = max(data.stepNanoseconds, columnNanoseconds)
    let (distance, overflows) = step.multipliedReportingOverflow(by: UInt64(steps.magnitude))
    let from = current.takenAtNanoseconds
    if steps < 0 {
      let target = overflows || distance > from ? 0 : from - distance
      // The frame before may be further away than a step.
      let before = data.frames.last { $0.takenAtNanoseconds < from }
      show(min(target, before?.takenAtNanoseconds ?? target), data)
    } else if moment != nil {
      let target = overflows ? .max : from.addingReportingOverflow(distance).partialValue
      let after = data.frames.first { $0.takenAtNanoseconds > from }
      show(max(target, after?.takenAtNanoseconds ?? target), data)
    }
  }

  /// Shows a moment of the past, as far as there is one; the newest where `target` lies behind it.
  mutating func show(_ target: UInt64, _ data: LiveData) {
    guard let newest = data.newest?.takenAtNanoseconds else { return }
    if target >= newest { return isPaused ? pause(data) : goLive() }
    let shown = max(target, min(newest, data.oldestNanoseconds ?? newest))
    let end = windowEnd ?? newest
    moment = shown
    if shown > end {
      windowEnd = min(newest, shown.addingReportingOverflow(windowNanoseconds / 2).partialValue)
    } else if end - shown >= windowNanoseconds {
      // The window goes along, half a window at a time.
      windowEnd = min(newest, shown.addingReportingOverflow(windowNanoseconds / 2).partialValue)
    } else {
      windowEnd = end
    }
  }

  /// Makes the time window the next narrower (-1) or wider (1) one, around the moment.
  mutating func zoom(_ step: Int, _ data: LiveData) {
    let seconds = windowNanoseconds / 1_000_000_000
    let next =
      step < 0 ? Self.zooms.last { $0 < seconds } : Self.zooms.first { $0 > seconds }
    guard let next else { return }
    windowNanoseconds = next * 1_000_000_000
    guard let moment, let end = windowEnd else { return }
    let newest = data.newest?.takenAtNanoseconds ?? end
    if end < moment || end - moment >= windowNanoseconds {
      windowEnd = min(newest, moment.addingReportingOverflow(windowNanoseconds / 2).partialValue)
    }
  }
}
