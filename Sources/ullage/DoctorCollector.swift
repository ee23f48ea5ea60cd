import Collector
import FrameRing
import HostFacts
import Kernel
import Rendering
import Ring

/// The collector: whether one runs here, and whether one could.
enum DoctorCollector {
  /// A ring that somebody writes.
  static func memory(_ context: DoctorContext) -> DoctorReport.Fact {
    let (id, title) = ("collector", "a collector's ring")
    let gives = "the past, forecasts, owners of TIME_WAIT"
    let start = DoctorReport.Need(
      "a collector that runs (as a service: scripts/systemd)", command: "ullage collect")
    let paths = RingLocation.forReading(nil, of: context.namespace)
    guard let path = paths.first(where: { File.exists($0) }) else {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "no collector writes one for this namespace",
        place: paths.last, need: start)
    }
    do throws(RingError) {
      let header = try RingInspection(path: path).header
      let now = Clock.realtimeNanoseconds()
      let heartbeat = header.heartbeatRealtimeNanoseconds
      let age = now > heartbeat ? now - heartbeat : 0
      let limit = max(3_000_000_000, header.identity.intervalNanoseconds.multipliedSafely(by: 3))
      let writer = "pid \(header.identity.writerPID)"
      let span = TimeSpan(nanoseconds: age / 100_000_000 * 100_000_000)
      guard !header.isClosedCleanly, age <= limit else {
        return DoctorReport.Fact(
          id, title, gives: gives, .partly,
          found: header.isClosedCleanly
            ? "its collector (\(writer)) has ended: only the past is there"
            : "no sign of life from \(writer) for \(span): only the past is there",
          place: path, need: start)
      }
      return DoctorReport.Fact(
        id, title, gives: gives, .yes, found: "\(writer) writes it, alive \(span) ago", place: path)
    } catch {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "\(error)", place: path,
        need: .init("a ring that this user may read, written by this version"))
    }
  }

  /// A directory for a ring of one's own.
  static func directory(_ context: DoctorContext) -> DoctorReport.Fact {
    let (id, title) = ("runtime_directory", "runtime directory")
    let gives = "a collector of one's own (ullage collect)"
    let directory =
      context.userID == 0 ? RingLocation.systemDirectory : RingLocation.userDirectory
    guard let directory else {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "XDG_RUNTIME_DIR is not set",
        need: .init("XDG_RUNTIME_DIR, or a directory", command: "ullage collect --ring DIRECTORY"))
    }
    let parent = directory.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    let isThere = Directory.exists(directory)
    let isWritable = File.isWritable(isThere ? directory : parent)
    return DoctorReport.Fact(
      id, title, gives: gives, isWritable ? .yes : .no,
      found: isWritable
        ? isThere ? "is writable" : "can be made"
        : isThere ? "is not writable" : "is not there, and cannot be made",
      place: directory,
      need: isWritable
        ? nil : .init("another directory", command: "ullage collect --ring DIRECTORY"))
  }
}

extension UInt64 {
  /// The product, or the largest number.
  fileprivate func multipliedSafely(by factor: UInt64) -> UInt64 {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    return overflows ? .max : product
  }
}
