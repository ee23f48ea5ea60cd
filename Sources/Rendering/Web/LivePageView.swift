public import Frames

/// What the live page shows: a moment of a ring, and the stretch of time that leads to it.
public struct LivePageView: Sendable {
  /// Who writes the ring.
  public let writer: FrameWriterStatus
  /// The frame of the moment; nil when there is none.
  public let frame: Frame?
  /// The stretch that ends with the moment.
  public let report: Report
  /// The moment that was asked for; nil: now, and on.
  public let momentNanoseconds: UInt64?
  /// When it was asked for: CLOCK_REALTIME nanoseconds, as all moments here.
  public let askedAtNanoseconds: UInt64
  /// The newest moment that there is: that of asking, or of the last frame where nobody writes any more.
  public let newestNanoseconds: UInt64
  /// The oldest moment that there is; nil when there is none.
  public let oldestNanoseconds: UInt64?
  /// The namespaces that there are, each of which has a page.
  public let namespaces: [String]

  /// The view given.
  public init(
    _ frame: Frame?, _ report: Report, momentNanoseconds: UInt64?, askedAtNanoseconds: UInt64,
    newestNanoseconds: UInt64, oldestNanoseconds: UInt64?, namespaces: [String]
  ) {
    writer = report.writer
    self.frame = frame
    self.report = report
    self.momentNanoseconds = momentNanoseconds
    self.askedAtNanoseconds = askedAtNanoseconds
    self.newestNanoseconds = newestNanoseconds
    self.oldestNanoseconds = oldestNanoseconds
    self.namespaces = namespaces
  }

  /// The length of the stretch, in nanoseconds.
  var spanNanoseconds: UInt64 { report.throughNanoseconds - report.fromNanoseconds }

  /// How old the frame was when it was asked for.
  var ageNanoseconds: UInt64 {
    frame.map { askedAtNanoseconds - min(askedAtNanoseconds, $0.takenAtNanoseconds) } ?? 0
  }
}
