import ArgumentParser
import Console
import Frames
import Kernel
import Rendering

/// A stretch of time in the past.
struct TimeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("From this time on: 10m (ago), 02:47 (UTC), a date.", valueName: "time"),
    transform: TimeOptions.moment)
  var since: TimeWord?

  @Option(
    help: ArgumentHelp("Until this time; by default now.", valueName: "time"),
    transform: TimeOptions.moment)
  var until: TimeWord?

  /// The stretch, as of `now`, from `usual` ago where nothing else is asked for.
  ///
  /// A time of day that ends the stretch is the first such after its start.
  func stretch(
    at now: UInt64, usual: UInt64
  ) throws(Failure) -> (from: UInt64, through: UInt64) {
    var through = until?.nanoseconds(at: now) ?? now
    let from = (since ?? .ago(nanoseconds: usual)).nanoseconds(at: since == nil ? through : now)
    if case .clock = until, through < from { through += 86_400_000_000_000 }
    // What is to come has no frames.
    through = min(through, now)
    guard from < through else {
      throw Failure("--since must be before --until, and in the past")
    }
    return (from, through)
  }

  /// What "now" is for `source`: the end of a recording, the wall clock for everything that goes on.
  static func reference<Source: FrameSource>(
    for source: inout Source, now: UInt64
  ) throws(Failure) -> UInt64 {
    guard source.writer.isArchive else { return now }
    do throws(Source.Failure) {
      return try source.newest()?.takenAtNanoseconds ?? now
    } catch {
      throw Failure(reading: error)
    }
  }

  static func moment(_ text: String) throws -> TimeWord {
    guard let word = TimeWord(text) else {
      throw ValidationError("'\(text)' is no time. A time is \(TimeWord.forms).")
    }
    return word
  }

  /// A span of at least a millisecond.
  static func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(text), span.nanoseconds >= 1_000_000 else {
      throw ValidationError("'\(text)' is no span of time. A span is 500ms, 30s, 10m, 2h, 1d.")
    }
    return span
  }
}
