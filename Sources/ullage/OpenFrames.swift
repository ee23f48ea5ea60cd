import Collector
import FrameRing
import Frames
import Kernel
import Ring

/// A source of frames that is open: a daemon's ring, a file that was named, or a collector of our own.
final class OpenFrames {
  /// What is read.
  let reader: FrameRingReader
  /// The collector of this process, if there was no daemon's ring.
  private let collector: LocalCollector?
  /// What is to be said on standard error about the choice; nil when there is nothing to say.
  let remark: String?

  /// Whether the frames come from this process, which has no past.
  var isLocal: Bool { collector != nil }

  /// What a reader needs of a daemon.
  enum Need {
    /// Frames of now: a ring that nobody writes any more is of no use.
    case present
    /// Frames of the past: any ring will do.
    case past
  }

  private init(_ reader: FrameRingReader, _ collector: LocalCollector?, remark: String? = nil) {
    self.reader = reader
    self.collector = collector
    self.remark = remark
  }

  /// Opens the ring that `ring` names; without a name the daemon's, or this user's, and where there is
  /// none that will do, a collector in this process.
  static func open(
    ring: String?, namespace: NamespaceOption, need: Need,
    options: @autoclosure () -> CollectorOptions = .foreground()
  ) throws(Failure) -> OpenFrames {
    let (target, identity) = try Failure.rewording { () throws(SampleError) in
      do throws(SystemCallError) {
        return try namespace.resolve()
      } catch {
        throw .system(error)
      }
    }
    let paths = RingLocation.forReading(ring, namespace: identity.name)
    if ring != nil {
      return OpenFrames(
        try Failure.rewording { () throws(RingError) in
          try FrameRingReader(path: paths[0])
        }, nil)
    }
    var remark: String?
    for path in paths {
      do throws(RingError) {
        let reader = try FrameRingReader(path: path)
        let now = Clock.realtimeNanoseconds()
        if need == .past || !reader.writer.isStale(atNanoseconds: now) {
          return OpenFrames(reader, nil)
        }
        let age =
          now > reader.writer.heartbeatNanoseconds
          ? (now - reader.writer.heartbeatNanoseconds) / 1_000_000_000 : 0
        remark = "nobody writes \(path) since \(age) s; collecting here"
      } catch {
        if error.reason != .missing { remark = "\(error); collecting here" }
      }
    }
    let collector = try LocalCollector(options(), identity: identity, in: target)
    let path = collector.path
    let reader = try Failure.rewording { () throws(RingError) in try FrameRingReader(path: path) }
    return OpenFrames(reader, collector, remark: remark)
  }
}

extension CollectorOptions {
  /// A collector in the foreground: up to a quarter of a core, several frames a second.
  static func foreground(intervalNanoseconds: UInt64 = 250_000_000) -> CollectorOptions {
    var options = CollectorOptions()
    options.intervalNanoseconds = intervalNanoseconds
    options.budgetShare = 0.25
    return options
  }
}
