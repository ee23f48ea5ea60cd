internal import Frames
internal import Kernel
internal import Metrics

/// Which rings are written, and of those that are not which ended in good order: a collector of many
/// namespaces closes the ring of one that has gone or can no longer matter, and writes others.
///
/// That the host's own ring has ended, or that of one who collects but itself, is worth to be known, however
/// it ended.
struct EndedRings {
  /// A collector, as its rings name it.
  private struct Writer: Hashable {
    let host: String
    let boot: BootID
    let processID: Int32

    init(_ status: FrameWriterStatus) {
      (host, boot, processID) = (status.host, status.boot, status.processID)
    }
  }

  /// The files of those that ended in good order: that stays so until they are written again.
  private var paths: Set<String> = []
  /// Collectors that were seen to write one ring, and not the host's: nobody else looks at its namespace.
  private var single: Set<Writer> = []

  /// The states of the namespaces that there are. One whose ring cannot be read is lost.
  mutating func states(of look: RingFollower.Look, now: UInt64) -> [String: CollectionState] {
    let rings = look.rings
    let hasHost = (rings.map(\.writer.namespace) + look.unreadable).contains("host")
    let written = rings.filter { !$0.writer.isStale(atNanoseconds: now) }
    let writers = Set(written.map { Writer($0.writer) })
    let places = Set(written.map(\.path))
    noteSingle(rings, written)
    let ended = rings.filter { ring in
      !places.contains(ring.path) && ring.writer.isClosed && ring.writer.namespace != "host"
        && (paths.contains(ring.path) || writers.contains(Writer(ring.writer))
          || hasHost && !single.contains(Writer(ring.writer)))
    }
    paths = Set(ended.map(\.path))
    var states: [String: CollectionState] = [:]
    for namespace in look.unreadable { states[namespace] = .lost }
    for ring in rings {
      states[ring.writer.namespace] =
        places.contains(ring.path) ? .written : paths.contains(ring.path) ? .ended : .lost
    }
    return states
  }

  /// Notes who writes one ring alone; forgets who has none any more.
  private mutating func noteSingle(_ rings: [RingFollower.Ring], _ written: [RingFollower.Ring]) {
    single.formIntersection(rings.map { Writer($0.writer) })
    for (writer, rings) in Dictionary(grouping: written, by: { Writer($0.writer) }) {
      if rings.count == 1, rings[0].writer.namespace != "host" {
        single.insert(writer)
      } else {
        single.remove(writer)
      }
    }
  }
}
