internal import Frames
internal import Kernel
public import Ring

extension FrameRingReader {
  /// The first ring of these places that somebody writes, or else the first; nil where there is none. What
  /// cannot be opened is passed over, and thrown only where nothing opens.
  public static func firstWritten(of paths: [String]) throws(RingError) -> FrameRingReader? {
    var stale: FrameRingReader?
    var failure: RingError?
    for path in paths {
      do throws(RingError) {
        let found = try FrameRingReader(path: path)
        if !found.writer.isStale(atNanoseconds: Clock.realtimeNanoseconds()) { return found }
        stale = stale ?? found
      } catch {
        if error.reason != .missing { failure = failure ?? error }
      }
    }
    if stale == nil, let failure { throw failure }
    return stale
  }
}
