import ArgumentParser
import Collector
import Console
import FrameRing
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

  /// The files in which a reader looks: those of the namespace that the name leads to, or, where it leads to
  /// none, those of one that was called so.
  func paths() throws(Failure) -> [String] {
    let living: NamespaceIdentity
    do throws(Failure) {
      living = try namespaceIdentity().1
    } catch {
      let called = namespace.netns.map { RingLocation.forReading(ring, called: $0) } ?? []
      if called.isEmpty { throw error }
      return called
    }
    return RingLocation.forReading(ring, of: living)
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
