import Console
import FrameRing
import Frames
import Kernel
import Ring
import Verdicts

/// A recording, read through for its verdict: in bounded memory, whatever its length.
struct RecordedRun {
  let verdict: RunVerdict
  let host: String
  let namespace: String
  /// How long the file is.
  let byteCount: Int

  /// Reads the recording, or the ring, at `path`.
  init(path: String) throws(Failure) {
    do throws(RingError) {
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
    } catch {
      throw Failure("\(error)")
    }
  }

  /// Throws where `path` is no recording, so that it is not replaced.
  static func checkRecording(_ path: String) throws(Failure) {
    let ring = try Failure.rewording { () throws(RingError) in try RingReader(path: path) }
    guard ring.geometry.isRecording else {
      throw Failure("\(path) is no recording; --force does not replace it")
    }
  }
}
