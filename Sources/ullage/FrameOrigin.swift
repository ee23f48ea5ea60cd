import Collector
import FrameRing
import Frames
import Kernel
import Ring

/// Where the commands about time get their frames from.
enum FrameOrigin {
  /// The ring at `path`, or the daemon's or this user's for the namespace; nil where there is none and
  /// none was named.
  static func ring(
    _ path: String?, _ namespace: NamespaceOption
  ) throws(Failure) -> FrameRingReader? {
    let name: String
    do throws(SystemCallError) {
      name = try namespace.resolve().1.name
    } catch {
      throw Failure(SampleError.system(error))
    }
    for candidate in RingLocation.forReading(path, namespace: name) {
      do throws(RingError) {
        return try FrameRingReader(path: candidate)
      } catch {
        if path != nil || error.reason != .missing { throw Failure("\(error)") }
      }
    }
    return nil
  }

  /// A ring that somebody writes, or one that a collector in this process fills from now on; keep it as
  /// long as it is read.
  static func ringOrCollector(
    _ path: String?, _ namespace: NamespaceOption, intervalNanoseconds: UInt64
  ) throws(Failure) -> OpenFrames {
    let opened = try OpenFrames.open(
      ring: path, namespace: namespace, need: .present,
      options: .foreground(intervalNanoseconds: intervalNanoseconds))
    if let remark = opened.remark { Failure.warn(remark) }
    return opened
  }

  /// One frame, counted now; a ring that was named is what was meant, and nothing else.
  static func sample(_ path: String?, _ namespace: NamespaceOption) throws(Failure) -> Frame {
    guard path == nil else { throw Failure("--ring was given, so nothing is counted here") }
    let opened = try OpenFrames.open(ring: nil, namespace: namespace, need: .present)
    defer { withExtendedLifetime(opened) {} }
    let newest: Frame?
    do throws(RingError) {
      newest = try opened.reader.newest()
    } catch {
      throw Failure("\(error)")
    }
    guard let newest else { throw Failure("the collector of this command has no frame yet") }
    return newest
  }
}
