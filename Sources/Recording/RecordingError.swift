public import Collector
public import Ring

/// Why a run cannot be recorded, or its recording not be read.
public enum RecordingError: Error, Hashable, Sendable {
  /// The file: it is there already, it cannot be written, or not be read.
  case ring(RingError)
  /// The kernel: it was not asked, or did not answer rightly.
  case sample(SampleError)
  /// What was to be replaced is no recording, and was left alone.
  case noRecording(path: String)
  /// No first frame came within this time.
  case notStarted(seconds: Int)
}

extension RecordingError: CustomStringConvertible {
  /// What was tried, on what, what came back, and what to do.
  public var description: String {
    switch self {
    case .ring(let error): "\(error)"
    case .sample(let error): "\(error)"
    case .noRecording(let path): "\(path) is no recording and is not replaced"
    case .notStarted(let seconds): "recording did not start within \(seconds) s"
    }
  }
}
