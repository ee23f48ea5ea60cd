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

  /// The files in which a reader looks: those that have the name that was asked for, else those of the
  /// namespace that it leads to.
  func paths() throws(Failure) -> [String] {
    if let name = namespace.netns {
      let called = RingLocation.forReading(ring, called: name)
      if !called.isEmpty { return called }
    }
    return RingLocation.forReading(ring, of: try namespaceIdentity().1)
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
