internal import FrameRing
internal import Frames
internal import Kernel
internal import Ring

/// Follows the rings that there are, and tells of each frame once. Belongs to one thread.
struct RingFollower {
  /// A ring, as of the last look.
  struct Ring: Sendable {
    var path: String
    var writer: FrameWriterStatus
    var newest: Frame?
    var losses: FrameLosses
  }

  /// What a look found.
  struct Look {
    /// The rings that can be read, one for each namespace.
    var rings: [Ring] = []
    /// The frames that came since, each ring's in their order.
    var frames: [(ring: Ring, frames: [Frame])] = []
    /// How many of them, the first, were written before this follower had to know, by the ring's path.
    var pastCounts: [String: Int] = [:]
    /// Namespaces whose ring cannot be read at the moment.
    var unreadable: [String] = []
    /// Namespaces that there were, and are no longer.
    var gone: [String] = []
    /// Rings that cannot be read, where that is new.
    var problems: [RingError] = []
  }

  private let option: String?
  private var followed: [String: FollowedRing] = [:]
  private var namespaces: Set<String> = []
  private var problems: [String: RingError] = [:]
  private var listedAtNanoseconds: UInt64?
  /// Since when files are not there that were.
  private var absences: [String: UInt64] = [:]
  /// Since when files cannot be read that could be.
  private var unreadableSince: [String: UInt64] = [:]
  private let absenceLimitNanoseconds: UInt64

  /// A follower of the ring, or of the rings in the directory, `option`; of the usual directories if it is nil.
  init(_ option: String?, absenceLimitNanoseconds: UInt64) {
    self.option = option
    self.absenceLimitNanoseconds = absenceLimitNanoseconds
  }

  /// A follower of the rings that an exporter is to serve.
  init(_ options: ExporterOptions) {
    self.init(
      options.ring,
      absenceLimitNanoseconds: UInt64(max(0, options.times.absence)) * 1_000_000_000)
  }

  /// Looks at all rings: a few reads of each that is written. Each second directories are listed.
  mutating func look(monotonicNanoseconds now: UInt64 = Clock.monotonicNanoseconds()) -> Look {
    var look = Look()
    if listedAtNanoseconds.map({ now - min(now, $0) >= 1_000_000_000 }) ?? true {
      // What was not there when they were listed before is new since then.
      list(&look, now, newSince: listedAtNanoseconds ?? now)
      listedAtNanoseconds = now
      refreshOthers()
    }
    for path in chosenPaths() {
      guard var ring = followed.removeValue(forKey: path) else { continue }
      do throws(RingError) {
        let found = try ring.look()
        let seen = Ring(
          path: path, writer: ring.writer, newest: ring.newest, losses: ring.losses)
        look.rings.append(seen)
        if !found.frames.isEmpty {
          look.frames.append((seen, found.frames))
          look.pastCounts[path] = found.pastCount
        }
        followed[path] = ring
        problems[path] = nil
        unreadableSince[path] = nil
      } catch {
        note(error, &look)
        let since = unreadableSince[path] ?? now
        let isGone = now - min(now, since) >= absenceLimitNanoseconds
        unreadableSince[path] = isGone ? nil : since
        guard !isGone else { continue }
        followed[path] = ring
        look.unreadable.append(ring.writer.namespace)
      }
    }
    let present = Set(look.rings.map(\.writer.namespace) + look.unreadable)
    look.gone = namespaces.subtracting(present).sorted()
    namespaces = present
    return look
  }

  /// How long to wait until the next look: half of the quickest interval, within bounds.
  var pauseNanoseconds: UInt64 {
    let quickest = followed.values.map(\.writer.intervalNanoseconds).min() ?? 1_000_000_000
    return min(max(quickest / 2, 50_000_000), 500_000_000)
  }

  private mutating func list(_ look: inout Look, _ now: UInt64, newSince: UInt64) {
    var paths: [String] = []
    if let option, !Directory.exists(option) {
      paths = [option]
    } else {
      for directory in RingLocation.directories(option) {
        paths += NamespaceRings.all(in: directory) { note($0, &look) }.map(\.path)
      }
    }
    let since = (try? BootID.current()).map {
      LookMoment(boot: $0, monotonicNanoseconds: newSince)
    }
    for path in paths where followed[path] == nil {
      do throws(RingError) {
        followed[path] = try FollowedRing(path: path, newSince: since)
        problems[path] = nil
      } catch {
        note(error, &look)
      }
    }
    for path in paths { absences[path] = nil }
    for path in followed.keys where !paths.contains(path) {
      let since = absences[path] ?? now
      absences[path] = since
      guard now - min(now, since) >= absenceLimitNanoseconds else { continue }
      absences[path] = nil
      unreadableSince[path] = nil
      followed[path] = nil
    }
  }

  /// The ring of each namespace: one that is written before one that is not, then what was written last.
  private func chosenPaths() -> [String] {
    let now = Clock.realtimeNanoseconds()
    var best: [String: (path: String, writer: FrameWriterStatus)] = [:]
    for (path, ring) in followed {
      let writer = ring.writer
      if let other = best[writer.namespace] {
        let isStale = writer.isStale(atNanoseconds: now)
        let otherIsStale = other.writer.isStale(atNanoseconds: now)
        let isLater = writer.heartbeatNanoseconds > other.writer.heartbeatNanoseconds
        if isStale != otherIsStale ? isStale : !isLater { continue }
      }
      best[writer.namespace] = (path, writer)
    }
    return best.values.map(\.path).sorted()
  }

  /// Reads again who writes the rings that are not looked at: another of their namespace is written, or was.
  private mutating func refreshOthers() {
    for path in Set(followed.keys).subtracting(chosenPaths()) {
      // What cannot be read is no choice; it is opened again when it is listed.
      if followed[path]?.isRefreshed() == false { followed[path] = nil }
    }
  }

  private mutating func note(_ error: RingError, _ look: inout Look) {
    if problems.updateValue(error, forKey: error.path) != error { look.problems.append(error) }
  }
}
