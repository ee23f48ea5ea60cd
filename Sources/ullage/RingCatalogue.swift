import FrameRing
import Frames
import Kernel
import Rendering
import Ring

/// The rings of collectors that there are: those in the directories in which readers look.
enum RingCatalogue {
  /// All of them, in the order in which people look for trouble. `option` is one directory, instead of all.
  static func list(_ option: String?) -> [RingSummary] {
    let now = Clock.realtimeNanoseconds()
    return RingSummary.ordered(
      RingLocation.directories(option).flatMap { directory in
        NamespaceRings.all(in: directory).compactMap { summary(of: $0.path, atNanoseconds: now) }
      })
  }

  /// The ring at `path`; nil when it cannot be read.
  private static func summary(of path: String, atNanoseconds now: UInt64) -> RingSummary? {
    do throws(RingError) {
      let reader = try FrameRingReader(path: path)
      return RingSummary(
        path: path, reader.writer, newest: try reader.newest(), atNanoseconds: now)
    } catch {
      return nil
    }
  }

  /// Opens one of them.
  static func open(_ path: String) throws(Failure) -> OpenFrames {
    try Failure.rewording { () throws(RingError) in OpenFrames(try FrameRingReader(path: path)) }
  }
}
