internal import FrameRing
internal import Frames
public import Ring
public import Verdicts

/// A recording, read through for its verdict: in bounded memory, whatever its length.
public struct RecordedRun: Sendable {
  /// Whether source ports were the limit, and what there is to say about it.
  public let verdict: RunVerdict
  /// The host's name.
  public let host: String
  /// The namespace's name.
  public let namespace: String
  /// How long the file is.
  public let byteCount: Int

  /// Reads the recording, or the ring, at `path`. Tens of microseconds a frame.
  public init(path: String) throws(RingError) {
    let reader = try FrameRingReader(path: path, isNamed: true)
    var observation = RunObservation()
    for event in try reader.events(from: 0, through: .max, limit: 1 << 14) {
      observation.add(event)
    }
    _ = try reader.readRaw { observation.add($0) }
    verdict = observation.verdict
    host = reader.writer.host
    namespace = reader.writer.namespace
    var ring = try RingReader(path: path)
    byteCount = try ring.byteCount()
  }
}
