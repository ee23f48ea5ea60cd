import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import Verdicts

/// A run that was made up: a second a frame, a command that begins with the first one.
struct MadeUpRun {
  var frames: [Frame]
  var events: [Event]

  /// `seconds` frames after the first, in which the pool of `Scenario.key` is used by `load(second)` ports and all
  /// failures are counted; `change` sees each frame and its second.
  init(
    seconds: Int, load: (Double) -> Int, change: (inout Frame, Int) -> Void = { _, _ in }
  ) {
    frames = Scenario.proxy(seconds: seconds + 1, load: load).frames
    for index in frames.indices {
      frames[index].flags.remove(.failuresUnavailable)
      for counter: HostCounter in [
        .connectFailures, .connectFailuresAttributed, .connectFailuresElsewhere,
      ] { frames[index].counters.add(counter, 0) }
      change(&frames[index], index)
    }
    events = [Self.event(.runStarted, "./load 10.1.2.3:443", at: frames[0])]
  }

  /// A run in which nothing happens to the pools.
  static func steady(
    inUse: Int, _ change: (inout Frame, Int) -> Void = { _, _ in }
  ) -> MadeUpRun {
    MadeUpRun(seconds: 20, load: { _ in inUse }, change: change)
  }

  /// Adds the command's end.
  func ended(_ end: RunEnd) -> MadeUpRun {
    var run = self
    run.events.append(Self.event(.runEnded, end.text, at: frames[frames.count - 1]))
    return run
  }

  var verdict: RunVerdict {
    var observation = RunObservation()
    for event in events { observation.add(event) }
    for frame in frames { observation.add(frame) }
    return observation.verdict
  }

  static func event(_ kind: Event.Kind, _ text: String, at frame: Frame) -> Event {
    Event(
      kind, boot: frame.boot, atNanoseconds: frame.takenAtNanoseconds,
      monotonicNanoseconds: frame.monotonicNanoseconds, tick: frame.tick, text: text)
  }
}

extension Frame {
  /// `count` connects failed in the frame's time: of this namespace, or of one that nobody knows.
  mutating func fail(_ count: Int, isKnown: Bool = true) {
    counters.add(.connectFailures, UInt64(count))
    if isKnown { counters.add(.connectFailuresAttributed, UInt64(count)) }
    guard isKnown, let index = pools.firstIndex(where: { $0.key == Scenario.key }) else { return }
    pools[index].failures = (pools[index].failures ?? 0) + count
  }

  /// As where failed connects cannot be counted.
  mutating func forgetFailures() {
    counters = HostCounters()
    counters.add(.activeOpens, 455)
    flags.insert(.failuresUnavailable)
  }
}
