import Console
import Recording

/// What is to be recorded, and where to.
struct RecordRequest {
  var path: String
  var options: RecordingOptions
  /// Empty where there is none.
  var command: [String]
  var durationNanoseconds: UInt64?
  /// Where the verdict goes as a document; "-" is standard output.
  var json: String?
  var isQuiet: Bool
  var output: OutputOptions
}
