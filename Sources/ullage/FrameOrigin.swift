import Frames

/// Where the commands about time get their frames from.
enum FrameOrigin {
  /// The ring at `path`, or this host's own; nil where there is none and none was named.
  static func ring(_ path: String?) throws(Failure) -> NoFrames? {
    guard let path else { return nil }
    throw Failure("cannot read \(path): this build reads no rings")
  }

  /// The same, or where there is none a ring that a collector in this process fills from now on, every
  /// `intervalNanoseconds`.
  static func ringOrCollector(
    _ path: String?, intervalNanoseconds: UInt64
  ) throws(Failure) -> NoFrames {
    if let ring = try ring(path) { return ring }
    throw Failure("no collector is running, and this build has none of its own")
  }

  /// One frame, counted now.
  static func sample() throws(Failure) -> Frame {
    throw Failure("no collector is running, and this build has none of its own")
  }
}

/// The source of a build that reads no rings: nobody makes one.
struct NoFrames: FrameSource {
  let writer: FrameWriterStatus
  let losses = FrameLosses()

  mutating func refresh() throws(Failure) { throw Self.failure }
  mutating func newest() throws(Failure) -> Frame? { throw Self.failure }
  mutating func oldestNanoseconds() throws(Failure) -> UInt64? { throw Self.failure }

  mutating func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Failure) -> [Frame] {
    throw Self.failure
  }

  mutating func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(Failure) -> [Event] {
    throw Self.failure
  }

  private static var failure: Failure { Failure("this build reads no rings") }
}
