internal import Frames

extension Sentences {
  /// What makes what is shown less than the present truth; nil when somebody writes.
  static func trouble(
    with writer: FrameWriterStatus, hasFrames: Bool, atNanoseconds now: UInt64
  ) -> String? {
    if writer.isArchive {
      return hasFrames ? nil : "EMPTY: there is no frame in this recording"
    }
    let last = Timestamp.clock(nanoseconds: writer.heartbeatNanoseconds)
    if writer.isClosed {
      return "STOPPED: the collector (process \(writer.processID)) ended at \(last); "
        + "nothing newer comes"
    }
    if writer.isStale(atNanoseconds: now) {
      let age = now > writer.heartbeatNanoseconds ? now - writer.heartbeatNanoseconds : 0
      return "STALE: no sign of life from the collector (process \(writer.processID)) for "
        + "\(LiveWords.span(seconds: Double(age) / 1e9)), since \(last)"
    }
    return hasFrames ? nil : "WAITING: no sample was taken yet"
  }
}
