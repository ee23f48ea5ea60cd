import Console
import Frames
import Kernel
import Rendering

/// What is asked of a check.
struct CheckRequest: Sendable {
  var warning: PluginRange?
  var critical: PluginRange?
  var top = 5
  var names = Names()
}

/// A check over any source of frames.
enum CheckRun {
  /// From the ring while somebody writes it, else from a count taken now; what neither can tell is
  /// unknown.
  static func report<Source: FrameSource>(
    _ request: CheckRequest, ring: () throws(Failure) -> Source?,
    sample: () throws(Failure) -> Frame, now: UInt64
  ) -> PluginReport {
    var reasons: [String] = []
    do throws(Failure) {
      if var source = try ring() {
        if let report = try read(&source, request, now, &reasons) { return report }
      }
    } catch {
      reasons.append(error.message)
    }
    do throws(Failure) {
      let frame = try sample()
      return report(request, frame, source: "counted now")
    } catch {
      reasons.append(error.message)
      return .unknown(reasons[0], details: Array(reasons.dropFirst()))
    }
  }

  /// The report on the newest frame; nil, with a reason, when it is too old or there is none.
  private static func read<Source: FrameSource>(
    _ source: inout Source, _ request: CheckRequest, _ now: UInt64, _ reasons: inout [String]
  ) throws(Failure) -> PluginReport? {
    let newest: Frame?
    do throws(Source.Failure) {
      try source.refresh()
      newest = try source.newest()
    } catch {
      throw Failure(reading: error)
    }
    guard let frame = newest else {
      reasons.append("the ring has no frame yet")
      return nil
    }
    let age = now > frame.takenAtNanoseconds ? now - frame.takenAtNanoseconds : 0
    let text = "\(TimeSpan(nanoseconds: age / 100_000_000 * 100_000_000)) old"
    guard !source.writer.isStale(atNanoseconds: now) else {
      reasons.append("the collector's newest frame is \(text): nobody writes any more")
      return nil
    }
    return report(
      request, frame, source: source.writer.isArchive ? "from a recording" : text)
  }

  private static func report(
    _ request: CheckRequest, _ frame: Frame, source: String
  ) -> PluginReport {
    PluginReport.of(
      frame, warning: request.warning, critical: request.critical, top: request.top,
      source: source, names: request.names)
  }
}
