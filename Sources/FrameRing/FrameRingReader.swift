public import Frames
public import Ring

/// Reads frames and events out of a ring file: a collector's, a recording, or another host's.
///
/// Never maps the file, so that no bytes in it can do harm; what cannot be read is left out and counted
/// in `losses`. A class, because it owns a descriptor and readers hand it around. Belongs to one thread.
public final class FrameRingReader: FrameSource {
  /// The file's path.
  public let path: String
  /// Who writes, as of the last `refresh`.
  public private(set) var writer: FrameWriterStatus
  private let isNamed: Bool
  var ring: RingReader
  /// Where the file has what.
  private var tiers: RingTiers
  private var words: [UInt64] = []
  /// What is known of the tiers' times.
  private var indices: [Int: FrameIndex] = [:]
  /// The events that were read.
  private var eventIndex = EventIndex()
  /// The slots that were counted as lost, each once however often it is asked for.
  private var lost: Set<LostSlot> = []
  /// What could not be shown since the reader was made.
  public private(set) var losses = FrameLosses()

  /// Opens a ring and reads its header. `isNamed` says that somebody asked for just this file: then it may
  /// be an archive, while the ring of a default place that nobody writes is stale.
  public init(path: String, isNamed: Bool = false) throws(RingError) {
    self.path = path
    self.isNamed = isNamed
    var ring = try RingReader(path: path)
    writer = FrameWriterStatus(try ring.header(), isNamed: isNamed)
    tiers = RingTiers(ring.geometry)
    self.ring = ring
  }

  /// Reads the header again. A file that was replaced is opened anew; one that is gone for the moment is
  /// read on, because its writer may be about to make another.
  public func refresh() throws(RingError) {
    if ring.isReplaced() {
      do throws(RingError) {
        ring = try RingReader(path: path)
        indices = [:]
        eventIndex = EventIndex()
        lost = []
      } catch {
        guard error.reason == .missing else { throw error }
      }
    }
    writer = FrameWriterStatus(try ring.header(), isNamed: isNamed)
    tiers = RingTiers(ring.geometry)
  }

  /// The number of the newest raw frame, to see whether there is another one; nil before the first. One
  /// system call, of a recording three; allocates nothing.
  public func newestNumber() throws(RingError) -> UInt64? {
    guard let raw = tiers.raw else { return nil }
    return try ring.newest(raw)
  }

  /// The newest raw frame that can be read; two are tried, because the very newest may be overwritten
  /// when the ring is tiny.
  public func newest() throws(RingError) -> Frame? {
    guard let raw = tiers.raw else { return nil }
    for number in try kept(in: raw).suffix(2).reversed() {
      if let frame = try frame(raw, number) { return frame }
    }
    return nil
  }

  /// The oldest moment that a tier of frames still has.
  public func oldestNanoseconds() throws(RingError) -> UInt64? {
    var oldest: UInt64?
    for tier in frameTiers {
      guard let first = try index(tier).oldestNanoseconds else { continue }
      oldest = min(oldest ?? .max, first)
    }
    return oldest
  }

  /// The frames of the stretch: see `FrameSource`. The first call reads every slot once, some
  /// milliseconds; a later one those that came since, and the frames it returns.
  ///
  /// Where no tier has few enough frames, those of the coarsest are folded. A tier reaches back if its
  /// first step does.
  public func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(RingError) -> [Frame] {
    guard limit > 0, let chosen = try chosen(from: start, through: end, limit: limit) else {
      return []
    }
    var frames: [Frame] = []
    for number in chosen.numbers {
      if let frame = try frame(chosen.tier, number) { frames.append(frame) }
    }
    if chosen.tier != frameTiers.first {
      frames += try openStep(of: chosen.tier, in: start...end)
    }
    return frames.folded(atMost: limit)
  }

  /// The finest tier that reaches back to `start` and has at most `limit` frames of the stretch, or the
  /// coarsest that does; if none does, the one that reaches back furthest.
  func chosen(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(RingError) -> (tier: Int, numbers: [UInt64])? {
    guard start <= end else { return nil }
    let wanted = max(start, try oldestNanoseconds() ?? .max)
    var chosen: (tier: Int, numbers: [UInt64])?
    for tier in frameTiers {
      let index = try index(tier), step = ring.geometry.tiers[tier].stepNanoseconds
      guard let oldest = index.oldestNanoseconds, oldest - min(step, oldest) <= wanted else {
        continue
      }
      let numbers = index.numbers(in: start...end)
      chosen = (tier, numbers)
      if numbers.count <= limit { break }
    }
    return chosen
  }

  /// The frames after `last`: see `FrameSource`. Reads what it returns, and the stamps that came since.
  public func frames(after last: FrameStamp, limit: Int) throws(RingError) -> [Frame] {
    guard limit > 0 else { return [] }
    var found: [Frame] = []
    var last = last
    // From the finest tier that still has frames from before, or all there ever were, to the raw ones.
    var tiers = frameTiers[...]
    for (place, tier) in frameTiers.enumerated() {
      let entries = try index(tier).entries
      tiers = frameTiers[...place]
      if entries.first?.number == 0 || OpenStep.start(entries.map(\.stamp), after: last) > 0 {
        break
      }
    }
    for tier in tiers.reversed() {
      let entries = try index(tier).entries
      let start = OpenStep.start(entries.map(\.stamp), after: last)
      for entry in entries[start...] {
        if let frame = try frame(tier, entry.number) { found.append(frame) }
        last = entry.stamp
      }
    }
    return found.folded(atMost: limit)
  }

  /// Calls `body` with every raw frame from slot `number` on, in the order in which they were written, and
  /// returns the number that comes next. Bounded memory, however long a recording is.
  public func readRaw(
    from number: UInt64 = 0, _ body: (Frame) -> Void
  ) throws(RingError) -> UInt64 {
    guard let raw = tiers.raw else { return number }
    let kept = try kept(in: raw)
    guard number < kept.upperBound else { return number }
    for number in max(number, kept.lowerBound)..<kept.upperBound {
      if let frame = try frame(raw, number) { body(frame) }
    }
    return kept.upperBound
  }

  /// The newest events of the stretch, oldest first. The first call reads all there are; a later one those
  /// that came since.
  public func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(RingError) -> [Event] {
    guard let tier = tiers.events, start <= end else { return [] }
    for number in eventIndex.numbersToRead(of: try kept(in: tier)) {
      guard let count = try published(tier, number) else { continue }
      do throws(FrameError) {
        eventIndex.append(number, try Event(words.span.extracting(0..<count)))
      } catch {
        note(\.corrupt, tier, number)
      }
    }
    var events: [Event] = []
    for (_, event) in eventIndex.entries.reversed() where events.count < limit {
      if (start...end).contains(event.atNanoseconds) { events.append(event) }
    }
    return events.reversed()
  }

  /// The tiers that hold frames, the finest first.
  var frameTiers: [Int] { tiers.frames }

  /// What is newer than the last frame of a coarse tier, made from finer ones.
  func openStep(
    of tier: Int, in stretch: ClosedRange<UInt64>
  ) throws(RingError) -> [Frame] {
    let finest = frameTiers[0]
    let finerTier = frameTiers.prefix { $0 != tier }.dropFirst().last
    let raw = try index(finest).entries
    let finer = try finerTier.map { (tier) throws(RingError) in try index(tier).entries } ?? []
    let open = OpenStep(
      after: try index(tier).entries.last?.stamp, finer: finer.map(\.stamp),
      raw: raw.map(\.stamp), rawIsComplete: raw.first?.number == 0)
    var frames: [Frame] = []
    for (tier, entries) in [(finerTier ?? finest, finer[open.finer]), (finest, raw[open.raw])] {
      for entry in entries where stretch.contains(entry.stamp.takenAtNanoseconds) {
        if let frame = try frame(tier, entry.number) { frames.append(frame) }
      }
    }
    return frames.folded(stepNanoseconds: ring.geometry.tiers[tier].stepNanoseconds)
  }

  /// The numbers that a tier still has.
  private func kept(in tier: Int) throws(RingError) -> Range<UInt64> {
    guard let newest = try ring.newest(tier), let oldest = try ring.oldest(tier) else {
      return 0..<0
    }
    return min(oldest, newest)..<newest + 1
  }

  /// The times of a tier, as of now.
  func index(_ tier: Int) throws(RingError) -> FrameIndex {
    var index = indices.removeValue(forKey: tier) ?? FrameIndex()
    for number in index.numbersToRead(of: try kept(in: tier)) {
      guard let count = try published(tier, number) else { continue }
      do throws(FrameError) {
        index.append(number, try FrameStamp(words.span.extracting(0..<count)))
      } catch {
        note(\.corrupt, tier, number)
      }
    }
    indices[tier] = index
    return index
  }

  func frame(_ tier: Int, _ number: UInt64) throws(RingError) -> Frame? {
    guard let count = try published(tier, number) else { return nil }
    do throws(FrameError) {
      return try Frame(words.span.extracting(0..<count))
    } catch {
      note(\.corrupt, tier, number)
      return nil
    }
  }

  private func published(_ tier: Int, _ number: UInt64) throws(RingError) -> Int? {
    switch try ring.read(tier: tier, number: number, into: &words) {
    case .published(let count): return count
    case .notYet: return nil
    case .lapped: note(\.lapped, tier, number)
    case .torn: note(\.torn, tier, number)
    case .corrupt: note(\.corrupt, tier, number)
    }
    return nil
  }

  private func note(_ kind: WritableKeyPath<FrameLosses, Int>, _ tier: Int, _ number: UInt64) {
    let slot = LostSlot(tier: tier, number: number)
    guard lost.count < Self.lostLimit, lost.insert(slot).inserted else { return }
    losses[keyPath: kind] += 1
  }

  /// The most losses that are told apart, and counted, in one file.
  private static var lostLimit: Int { 1 << 16 }
}

/// A slot that could not be shown.
private struct LostSlot: Hashable {
  let tier: Int
  let number: UInt64
}
