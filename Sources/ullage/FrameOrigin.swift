import Collector
import Console
import FrameRing
import Frames
import Kernel
import Ring

/// Where commands about time get their frames: the ring that was named, a running collector's, or one in
/// this process.
enum FrameOrigin {
  /// The ring that `option` names; without a name the one of a collector, running or not; nil when there
  /// is none.
  static func ring(_ option: RingOption) throws(Failure) -> OpenFrames? {
    let paths = try option.paths()
    guard let named = option.ring else { return try firstFresh(of: paths) }
    let path = try RingLocation.named(named, in: paths)
    return try Failure.rewording { () throws(RingError) in
      // A directory is a place of rings that are written, not a file of the past.
      OpenFrames(try FrameRingReader(path: path, isNamed: path == named))
    }
  }

  /// The first ring of these places that somebody writes, or else the first; what cannot be opened is
  /// passed over, and thrown only where nothing opens.
  static func firstFresh(of paths: [String]) throws(Failure) -> OpenFrames? {
    try Failure.rewording { () throws(RingError) in try FrameRingReader.firstWritten(of: paths) }
      .map { OpenFrames($0) }
  }

  /// The ring that `option` names, or a running collector's; where there is none that somebody writes, a
  /// collector in this process, and standard error says so.
  static func ringOrCollector(
    _ option: RingOption, intervalNanoseconds: UInt64
  ) throws(Failure) -> OpenFrames {
    if let found = try ring(option) {
      let writer = found.writer
      let now = Clock.realtimeNanoseconds()
      guard option.ring == nil, writer.isStale(atNanoseconds: now) else { return found }
      let age = now > writer.heartbeatNanoseconds ? now - writer.heartbeatNanoseconds : 0
      Failure.warn(
        "nobody has written \(found.path) for \(age / 1_000_000_000) s; collecting here meanwhile")
    }
    return try collector(option, intervalNanoseconds: intervalNanoseconds)
  }

  /// One frame, counted now; not where a ring was named, which is then what was wanted.
  static func sample(_ option: RingOption) throws(Failure) -> Frame {
    if option.ring != nil {
      throw Failure("nothing is counted here instead: a ring was asked for (--ring, --host)")
    }
    let frames = try collector(option, intervalNanoseconds: 1_000_000_000)
    guard let frame = try frames.newest() else {
      throw Failure("no sample could be taken: the collector of this command has published none")
    }
    return frame
  }

  private static func collector(
    _ option: RingOption, intervalNanoseconds: UInt64
  ) throws(Failure) -> OpenFrames {
    let (namespace, identity) = try option.namespaceIdentity()
    var options = CollectorOptions()
    options.intervalNanoseconds = max(intervalNanoseconds, 10_000_000)
    options.budgetShare = 0.25
    let collector = try LocalCollector(options, identity: identity, in: namespace)
    let path = collector.path
    let reader = try Failure.rewording { () throws(RingError) in try FrameRingReader(path: path) }
    return OpenFrames(reader, collector)
  }
}
