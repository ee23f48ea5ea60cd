import Console
import FrameRing
import Frames
import Kernel
import Rendering
import Ring

/// The rings of collectors that there are: those in the directories in which readers look.
enum RingCatalogue {
  /// All of them, in the order in which people look for trouble. `option` is one directory, instead of all.
  /// `then` is told of those that cannot be read. Throws where a directory that was named cannot be listed.
  static func list(
    _ option: String?, then: (RingError) -> Void = { _ in }
  ) throws(Failure) -> [RingSummary] {
    let now = Clock.realtimeNanoseconds()
    if let option {
      _ = try Failure.rewording { () throws(SystemCallError) in try Directory.names(in: option) }
    }
    return RingSummary.ordered(
      RingLocation.directories(option).flatMap { directory in
        NamespaceRings.all(in: directory, then: then).compactMap { found in
          do throws(RingError) {
            let reader = try FrameRingReader(path: found.path)
            return RingSummary(
              path: found.path, reader.writer, newest: try reader.newest(), atNanoseconds: now)
          } catch {
            then(error)
            return nil
          }
        }
      })
  }

  /// Opens one of them.
  static func open(_ path: String) throws(Failure) -> OpenFrames {
    try Failure.rewording { () throws(RingError) in OpenFrames(try FrameRingReader(path: path)) }
  }
}
