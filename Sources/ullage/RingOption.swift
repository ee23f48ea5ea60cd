import ArgumentParser
import Collector
import Kernel

/// Which frames: those of a ring, or of a collector in this process where there is none.
struct RingOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "This ring or recording, or the ring in this directory, instead of the running collector's.",
      valueName: "path"))
  var ring: String?

  @OptionGroup var namespace: NamespaceOption

  func validate() throws {
    if ring?.isEmpty == true { throw ValidationError("--ring takes the path of a ring.") }
  }

  /// The namespace to collect, nil for our own, and how it is called.
  func namespaceIdentity() throws(Failure) -> (NetworkNamespace?, NamespaceIdentity) {
    do throws(SystemCallError) {
      return try namespace.resolve()
    } catch {
      throw Failure(SampleError.system(error))
    }
  }
}
