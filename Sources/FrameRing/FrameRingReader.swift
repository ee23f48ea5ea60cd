public import Frames
internal import Kernel
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
  private var ring: RingReader
  private var words: [UInt64] = []
  private var undecodable = 0
  /// The losses of the files that were replaced.
  private var earlier = FrameLosses()

  /// Opens a ring and reads its header.
  public init(path: String) throws(RingError) {
    self.path = path
    var ring = try RingReader(path: path)
    writer = FrameWriterStatus(try ring.header())
    self.ring = ring
  }

  /// What could not be shown since the reader was made.
  public var losses: FrameLosses {
    var losses = earlier
    losses.lapped += Int(clamping: ring.counts.lapped)
    losses.torn += Int(clamping: ring.counts.torn)
    losses.corrupt += Int(clamping: ring.counts.corrupt) + undecodable
    return losses
  }

  /// Reads the header again. A file that was replaced is opened anew; one that is gone for the moment is
  /// read on, because its writer may be about to make another.
  public func refresh() throws(RingError) {
    if ring.isReplaced() {
      do throws(RingError) {
        let ring = try RingReader(path: path)
        earlier = losses
        undecodable = 0
        self.ring = ring
      } catch {
        guard error.reason == .missing else { throw error }
      }
    }
    writer = FrameWriterStatus(try ring.header())
  }

  /// The newest raw frame that can be read; two are tried, because the very newest may be overwritten
  /// when the ring is tiny.
  public func newest() throws(RingError) -> Frame? {
    guard let number = try ring.newest(FrameRingShape.rawTier) else { return nil }
    for number in [number, number > 0 ? number - 1 : 0] {
      if let frame = try frame(FrameRingShape.rawTier, number) { return frame }
    }
    return nil
  }

  /// The oldest moment that a tier of frames still has.
  public func oldestNanoseconds() throws(RingError) -> UInt64? {
    var oldest: UInt64?
    for tier in frameTiers {
      guard let first = try first(in: tier)?.takenAtNanoseconds else { continue }
      oldest = min(oldest ?? .max, first)
    }
    return oldest
  }

  /// The frames of the stretch: see `FrameSource`.
  public func frames(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(RingError) -> [Frame] {
    guard start <= end, limit > 0 else { return [] }
    let tiers = frameTiers
    // The finest tier that reaches back; if none does, the one that reaches back furthest.
    var oldest: [UInt64] = []
    for tier in tiers { oldest.append(try first(in: tier)?.takenAtNanoseconds ?? .max) }
    let furthest = oldest.min() ?? .max
    guard furthest != .max else { return [] }
    for (position, tier) in tiers.enumerated() {
      guard oldest[position] <= max(start, furthest) else { continue }
      let range = try numbers(in: tier, from: start, through: end)
      if range.count > limit, position < tiers.count - 1 { continue }
      let frames = try read(tier, range, from: start, through: end)
      let all = try position == 0 ? frames : frames + openStep(after: frames.last, from: start, end)
      return all.count > limit ? Self.folded(all, atMost: limit) : all
    }
    return []
  }

  /// The newest events of the stretch, oldest first.
  public func events(
    from start: UInt64, through end: UInt64, limit: Int
  ) throws(RingError) -> [Event] {
    let tier = FrameRingShape.eventTier
    guard ring.geometry.tiers.count > tier else { return [] }
    var events: [Event] = []
    for number in try kept(in: tier).reversed() where events.count < limit {
      guard let count = try published(tier, number) else { continue }
      guard let event = try? Event(words.span.extracting(0..<count)) else {
        undecodable += 1
        continue
      }
      if (start...max(start, end)).contains(event.atNanoseconds) { events.append(event) }
    }
    return events.reversed()
  }

  /// The tiers that hold frames, the finest first.
  private var frameTiers: [Int] {
    ring.geometry.tiers.indices.filter { ring.geometry.tiers[$0].kind == .frames }
  }

  /// What is newer than the last frame of a coarse tier, made from raw frames.
  private func openStep(
    after last: Frame?, from start: UInt64, _ end: UInt64
  ) throws(RingError) -> [Frame] {
    let start = max(start, last.map { $0.takenAtNanoseconds + 1 } ?? start)
    guard start <= end else { return [] }
    let raw = FrameRingShape.rawTier
    let frames = try read(
      raw, numbers(in: raw, from: start, through: end), from: start, through: end)
    guard frames.count > 1 else { return frames }
    return Self.folded(frames, atMost: 1)
  }

  /// The frames folded into steps until there are at most `limit`.
  private static func folded(_ frames: [Frame], atMost limit: Int) -> [Frame] {
    guard let first = frames.first, let last = frames.last, frames.count > limit else {
      return frames
    }
    let length = max(last.takenAtNanoseconds, first.takenAtNanoseconds) - first.takenAtNanoseconds
    var step = max(1, length / UInt64(limit))
    while true {
      var aggregate = FrameAggregate(stepNanoseconds: step)
      var folded = frames.compactMap { aggregate.fold($0) }
      if let open = aggregate.finish() { folded.append(open) }
      // Steps begin at whole multiples, so that one more than expected may be touched; and a clock that
      // was set back makes more of them.
      if folded.count <= limit || step > length &* 2 { return folded.suffix(limit) }
      step += step / 2 + 1
    }
  }

  /// The numbers that a tier still has.
  private func kept(in tier: Int) throws(RingError) -> Range<UInt64> {
    guard let newest = try ring.newest(tier), let oldest = try ring.oldest(tier) else {
      return 0..<0
    }
    return min(oldest, newest)..<newest + 1
  }

  private func first(in tier: Int) throws(RingError) -> Frame? {
    for number in try kept(in: tier).prefix(64) {
      if let frame = try frame(tier, number) { return frame }
    }
    return nil
  }

  /// The numbers whose frames may lie in the stretch, by bisection: times rise with numbers, but for
  /// clocks that were set back, which cost frames at the edges of the stretch and nothing else.
  private func numbers(
    in tier: Int, from start: UInt64, through end: UInt64
  ) throws(RingError) -> Range<UInt64> {
    let kept = try kept(in: tier)
    let lower = try bisect(tier, kept) { $0 >= start }
    let upper = try bisect(tier, lower..<kept.upperBound) { $0 > end }
    return lower..<upper
  }

  /// The first number whose time is `reached`.
  private func bisect(
    _ tier: Int, _ range: Range<UInt64>, _ reached: (UInt64) -> Bool
  ) throws(RingError) -> UInt64 {
    var low = range.lowerBound, high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      // A slot that cannot be read stands for its neighbour.
      var probe = middle, time: UInt64?
      while time == nil, probe < high {
        time = try frame(tier, probe)?.takenAtNanoseconds
        probe += 1
      }
      if let time, !reached(time) { low = probe } else { high = middle }
    }
    return low
  }

  private func read(
    _ tier: Int, _ numbers: Range<UInt64>, from start: UInt64, through end: UInt64
  ) throws(RingError) -> [Frame] {
    var frames: [Frame] = []
    for number in numbers {
      guard let frame = try frame(tier, number) else { continue }
      if (start...end).contains(frame.takenAtNanoseconds) { frames.append(frame) }
    }
    return frames
  }

  private func frame(_ tier: Int, _ number: UInt64) throws(RingError) -> Frame? {
    guard let count = try published(tier, number) else { return nil }
    do throws(FrameError) {
      return try Frame(words.span.extracting(0..<count))
    } catch {
      undecodable += 1
      return nil
    }
  }

  private func published(_ tier: Int, _ number: UInt64) throws(RingError) -> Int? {
    guard case .published(let count) = try ring.read(tier: tier, number: number, into: &words)
    else {
      return nil
    }
    return count
  }
}

extension FrameWriterStatus {
  /// What a ring's header says.
  init(_ header: RingHeader) {
    let identity = header.identity
    self.init(
      host: identity.hostName, namespace: identity.namespaceName, boot: identity.bootID,
      processID: identity.writerPID,
      startedAtNanoseconds: identity.writerStartRealtimeNanoseconds,
      heartbeatNanoseconds: header.heartbeatRealtimeNanoseconds,
      intervalNanoseconds: identity.intervalNanoseconds, isClosed: header.isClosedCleanly,
      isArchive: header.geometry.isRecording || identity.hostName != Machine.hostName())
  }
}
