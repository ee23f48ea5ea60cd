import ArgumentParser
import Console
import FrameRing
import Frames
import Kernel
import Rendering
import Ring

/// Which frames, for commands that look at a whole recording: a file, a directory, or the running
/// collector's ring.
struct RecordingArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A recording or ring, also another host's; without one the ring of the running collector.",
      valueName: "file"))
  var file: String?

  @OptionGroup var namespace: NamespaceOption

  func validate() throws {
    if file?.isEmpty == true { throw ValidationError("FILE is the path of a recording or a ring.") }
  }

  /// The frames that are there.
  func open() throws(Failure) -> OpenFrames {
    var option = RingOption()
    option.ring = file
    option.namespace = namespace
    guard let found = try FrameOrigin.ring(option) else {
      throw Failure(
        "there is no ring to read: name a recording, or start a collector (ullage collect)")
    }
    return found
  }
}

extension TimeOptions {
  /// The stretch asked for; where nothing is, all the raw frames that there are.
  func wholeStretch<Source: FrameSource>(
    of source: inout Source, now: UInt64
  ) throws(Failure) -> (from: UInt64, through: UInt64) {
    let raw: ClosedRange<UInt64>?
    do throws(Source.Failure) {
      try source.refresh()
      raw = try source.rawStretch()
    } catch {
      throw Failure(reading: error)
    }
    guard since != nil || until != nil else {
      return (raw?.lowerBound ?? 0, raw?.upperBound ?? now)
    }
    let end = source.writer.isArchive ? raw?.upperBound ?? now : now
    return try stretch(at: end, usual: end - min(end, raw?.lowerBound ?? 0))
  }
}
