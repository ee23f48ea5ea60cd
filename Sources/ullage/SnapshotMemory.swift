import Collector
import Frames
import Kernel
import Pools

/// What a running collector adds to a snapshot: arrivals, forecasts and failures, with their age.
enum SnapshotMemory {
  /// How far back failures are summed up.
  static let nanoseconds: UInt64 = 60_000_000_000

  /// Adds what the collector of `identity` remembers; without one nothing changes. `ring` is its file or
  /// directory; nil for where collectors write by default.
  ///
  /// A ring that cannot be read is said in a flag, without its path, which may hold names.
  static func recall(
    _ snapshot: inout Snapshot, of identity: NamespaceIdentity, _ thresholds: VerdictThresholds,
    ring: String? = nil
  ) {
    guard snapshot.namespaces.count == 1 else { return }
    do throws(Failure) {
      let paths = RingLocation.forReading(ring, namespace: identity.name)
      let now = Clock.realtimeNanoseconds()
      guard let frames = try FrameOrigin.firstFresh(of: paths),
        !frames.writer.isStale(atNanoseconds: now)
      else {
        if ring != nil {
          snapshot.flags.append(
            SnapshotFlag("ring_unwritten", "nobody writes a ring at the place that was named"))
        }
        return
      }
      let past = try frames.frames(from: now - min(now, nanoseconds), through: now, limit: 60)
      guard
        let memory = CollectorMemory(past, of: snapshot.namespaces[0], atNanoseconds: now)
      else { return }
      snapshot.remember(memory, at: 0, thresholds)
      snapshot.flags.removeAll { $0.id == "no_collector" }
      snapshot.flags.append(
        SnapshotFlag(
          "from_collector",
          "arrivals, releases, forecasts and failed connects are a running collector's: "
            + "\(memory.ageNanoseconds / 1_000_000) ms old"))
      if memory.failures == nil {
        snapshot.flags.append(
          SnapshotFlag("failures_unavailable", "the collector does not count failed connects"))
      }
    } catch {
      snapshot.flags.append(
        SnapshotFlag(
          "ring_unreadable",
          "a collector's ring is there and cannot be read: ullage ring inspect says why"))
    }
  }
}
