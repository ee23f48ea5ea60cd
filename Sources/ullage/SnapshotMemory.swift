import Collector
import Console
import FrameRing
import Frames
import Kernel
import Owners
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
      let paths = RingLocation.forReading(ring, of: identity)
      let now = Clock.realtimeNanoseconds()
      guard let frames = try FrameOrigin.firstFresh(of: paths),
        !frames.writer.isStale(atNanoseconds: now)
      else {
        if ring != nil {
          snapshot.flags.append(
            SnapshotFlag("ring_unwritten", Self.unwritten))
        }
        return
      }
      let past = try Self.past(of: frames, atNanoseconds: now)
      guard
        let memory = CollectorMemory(past, of: snapshot.namespaces[0], atNanoseconds: now)
      else { return }
      snapshot.remember(memory, at: 0, thresholds)
      snapshot.flags.removeAll { $0.id == "no_collector" }
      snapshot.flags.append(
        SnapshotFlag(
          "from_collector",
          "arrivals, releases, forecasts and failed connects are a running collector's: "
            + "\(memory.ageNanoseconds / 1_000_000) ms old"
            + (memory.owners.isEmpty
              ? "" : "; so is whose the ports in TIME_WAIT were, as of its last count of all")))
      if memory.failures == nil {
        snapshot.flags.append(
          SnapshotFlag("failures_unavailable", "the collector does not count failed connects"))
      }
    } catch {
      snapshot.flags.append(
        SnapshotFlag("ring_unreadable", Self.unreadable))
    }
  }

  /// Whom the collector of `identity` saw with ports; nil without one, and where it does not count owners. The note says
  /// why a ring that is there, or was named, is of no use.
  static func owners(
    of identity: NamespaceIdentity, ring: String? = nil
  ) -> (memory: OwnerMemory?, note: OwnerNote?) {
    do throws(Failure) {
      let paths = RingLocation.forReading(ring, of: identity)
      let now = Clock.realtimeNanoseconds()
      guard let frames = try FrameOrigin.firstFresh(of: paths),
        !frames.writer.isStale(atNanoseconds: now), let newest = try frames.newest()
      else {
        return (
          nil, ring == nil ? nil : OwnerNote("ring_unwritten", Self.unwritten)
        )
      }
      if ring != nil, newest.namespaceCookie != identity.cookie {
        return (
          nil,
          OwnerNote(
            "ring_of_another",
            "the ring that was named is another network namespace's, and says nothing here")
        )
      }
      return (OwnerMemory(newest, ofCookie: identity.cookie, atNanoseconds: now), nil)
    } catch {
      return (nil, OwnerNote("ring_unreadable", Self.unreadable))
    }
  }

  private static var unwritten: String { "nobody writes a ring at the place that was named" }
  private static var unreadable: String {
    "a collector's ring is there and cannot be read: ullage ring inspect says why"
  }

  /// The last minute's frames: raw as far back as the ring has them, coarse before that.
  ///
  /// A coarse frame does not say when in its ten seconds a connect failed.
  static func past<Source: FrameSource>(
    of source: Source, atNanoseconds now: UInt64
  ) throws(Source.Failure) -> [Frame] {
    var source = source
    let all = try source.frames(from: now - min(now, nanoseconds), through: now, limit: .max)
    guard all.contains(where: \.isAggregate) else { return all }
    for seconds in [55, 45, 35, 25, 20, 15, 11, 5, 2] as [UInt64] {
      let start = now - min(now, seconds * 1_000_000_000)
      let raw = try source.frames(from: start, through: now, limit: .max)
      guard !raw.isEmpty, !raw.contains(where: \.isAggregate) else { continue }
      // From the end of a coarse frame on, so that nothing is counted twice or left out.
      guard let end = all.first(where: { $0.isAggregate && $0.takenAtNanoseconds >= start }) else {
        break
      }
      return all.filter { $0.takenAtNanoseconds <= end.takenAtNanoseconds }
        + raw.filter { $0.takenAtNanoseconds > end.takenAtNanoseconds }
    }
    return all
  }
}

extension Frame {
  fileprivate var isAggregate: Bool { sampleCount > 1 }
}
