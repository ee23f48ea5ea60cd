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
  private let absenceLimitNanoseconds: UInt64

  /// A follower of the ring, or of the rings in the directory, `option`; of the usual directories if it is nil.
  init(_ option: String?, absenceLimitNanoseconds: UInt64) {
    self.option = option
    self.absenceLimitNanoseconds = absenceLimitNanoseconds
  }

  /// Looks at all rings: a few reads of each that is written. Each second directories are listed.
  mutating func look(monotonicNanoseconds now: UInt64 = Clock.monotonicNanoseconds()) -> Look {
    var look = Look()
    if listedAtNanoseconds.map({ now - min(now, $0) >= 1_000_000_000 }) ?? true {
      listedAtNanoseconds = now
      list(&look, now)
    }
    for path in chosenPaths() {
      guard var ring = followed.removeValue(forKey: path) else { continue }
      do throws(RingError) {
        let frames = try ring.look()
        let seen = Ring(
          path: path, writer: ring.writer, newest: ring.newest, losses: ring.losses)
        look.rings.append(seen)
        if !frames.isEmpty { look.frames.append((seen, frames)) }
        followed[path] = ring
      } catch {
        note(error, &look)
      }
    }
    let present = Set(look.rings.map(\.writer.namespace))
    look.gone = namespaces.subtracting(present).sorted()
    namespaces = present
    return look
  }

  /// How long to wait until the next look: half of the quickest interval, within bounds.
  var pauseNanoseconds: UInt64 {
    let quickest = followed.values.map(\.writer.intervalNanoseconds).min() ?? 1_000_000_000
    return min(max(quickest / 2, 50_000_000), 500_000_000)
  }

  private mutating func list(_ look: inout Look, _ now: UInt64) {
    var paths: [String] = []
    if let option, !Directory.exists(option) {
      paths = [option]
    } else {
      for directory in RingLocation.directories(option) {
        paths += NamespaceRings.all(in: directory) { note($0, &look) }.map(\.path)
      }
    }
    for path in paths where followed[path] == nil {
      do throws(RingError) {
        followed[path] = try FollowedRing(path: path)
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

  private mutating func note(_ error: RingError, _ look: inout Look) {
    if problems.updateValue(error, forKey: error.path) != error { look.problems.append(error) }
  }
}
