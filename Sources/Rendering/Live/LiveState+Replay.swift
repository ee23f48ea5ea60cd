internal import Frames

/// Playing the past.
extension LiveState {
  /// Begins a replay at a moment, with all of it in the time window as far as that is wide enough.
  public mutating func begin(_ replay: LiveReplay, at moment: UInt64, window: UInt64? = nil) {
    self.replay = replay
    windowNanoseconds = window ?? replay.windowNanoseconds
    let start = min(max(moment, replay.fromNanoseconds), replay.throughNanoseconds)
    self.moment = start
    let half = start.addingReportingOverflow(windowNanoseconds / 2).partialValue
    let full = replay.fromNanoseconds.addingReportingOverflow(windowNanoseconds).partialValue
    windowEnd = min(replay.throughNanoseconds, max(half, full))
  }

  /// Goes on by what passes in `nanoseconds` at the replay's speed; at the end it stops.
  public mutating func play(nanoseconds: UInt64, _ data: LiveData) {
    guard var replay, replay.isPlaying, let newest = data.newest?.takenAtNanoseconds else { return }
    let from = moment ?? newest
    let distance = min(Double(nanoseconds) * replay.speed, 1e18)
    let (target, overflows) = from.addingReportingOverflow(UInt64(max(0, distance)))
    if overflows || target >= newest {
      replay.isPlaying = false
      self.replay = replay
    }
    show(overflows ? .max : target, data)
  }

  /// What a key does in a replay; false where it does what it always does.
  mutating func pressReplay(_ key: Key, _ data: LiveData) -> Bool {
    guard var replay else { return false }
    defer { self.replay = replay }
    switch key {
    case .character(" "):
      replay.isPlaying.toggle()
      // At the end it begins anew.
      if replay.isPlaying, moment == nil { show(replay.fromNanoseconds, data) }
    case .character(">"), .character("."): replay.change(1)
    case .character("<"), .character(","): replay.change(-1)
    case .character("m"): jump(replay.marks.first { $0 > shown(data) }, &replay, data)
    case .character("M"): jump(replay.marks.last { $0 < shown(data) }, &replay, data)
    case .character("w"): jump(replay.worstNanoseconds, &replay, data)
    case .character("g"):
      replay.asked = ""
      replay.isPlaying = false
    case .left, .right, .shiftLeft, .shiftRight, .pageUp, .pageDown:
      replay.isPlaying = false
      return false
    case .home: jump(replay.fromNanoseconds, &replay, data)
    case .end:
      replay.isPlaying = false
      return false
    case .escape where !isDetailOpen && filter.isEmpty: replay.isPlaying = false
    default: return false
    }
    return true
  }

  /// Types the moment to go to.
  mutating func ask(_ key: Key, _ data: LiveData) {
    guard var replay, var text = replay.asked else { return }
    switch key {
    case .enter:
      if let moment = replay.moment(text) {
        replay.asked = nil
        self.replay = replay
        return show(moment, data)
      }
      if text.isEmpty { replay.asked = nil }
    case .escape: replay.asked = nil
    case .backspace:
      if text.isEmpty { replay.asked = nil } else { replay.asked?.removeLast() }
    case .control("u"): replay.asked = ""
    case .character(let character):
      if text.count < 40 {
        text.append(character)
        replay.asked = text
      }
    default: break
    }
    self.replay = replay
  }

  private func shown(_ data: LiveData) -> UInt64 {
    moment ?? data.newest?.takenAtNanoseconds ?? 0
  }

  /// Shows a moment, held, so that it can be looked at; nothing where there is none.
  private mutating func jump(_ target: UInt64?, _ replay: inout LiveReplay, _ data: LiveData) {
    guard let target else { return }
    replay.isPlaying = false
    show(target, data)
  }
}
