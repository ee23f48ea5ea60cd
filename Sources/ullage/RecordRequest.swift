import Collector
import Console
import Kernel

/// What is to be recorded, and where to.
struct RecordRequest {
  var path: String
  var options: CollectorOptions
  var identity: NamespaceIdentity
  /// The namespace to enter; nil for our own.
  var namespace: NetworkNamespace?
  /// Empty where there is none.
  var command: [String]
  var durationNanoseconds: UInt64?
  /// Where the verdict goes as a document; "-" is standard output.
  var json: String?
  var replaces: Bool
  var isQuiet: Bool
  var output: OutputOptions
}
