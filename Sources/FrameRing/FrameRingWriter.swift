public import Frames
public import Ring

/// Publishes frames, their aggregates, events and the alarms' memory into a ring.
///
/// A raw frame is folded into the open step of each coarse tier, which is published when it ends. A
/// writer that goes on with a ring folds what its predecessor left raw, so that no step is lost.
public struct FrameRingWriter: ~Copyable {
  /// The ring itself.
  public private(set) var ring: RingWriter
  private var aggregates: [FrameAggregate] = []
  private var words: [UInt64] = []
  private let tiers: RingTiers

  /// A writer into `ring`, which has the tiers of a `FrameRingShape` or a `RecordingShape`. Traps where there
  /// are none for raw frames and events.
  public init(_ ring: consuming RingWriter) throws(RingError) {
    // NB: first of all. Once `ring` was looked at, Swift 6.3 takes this for an assignment and destroys what is
    // not there yet: descriptor 0 is closed.
    self.ring = ring
    tiers = RingTiers(self.ring.geometry)
    precondition(tiers.raw != nil && tiers.events != nil, "no tiers for frames and events")
    for tier in tiers.coarse {
      let step = self.ring.geometry.tiers[tier].stepNanoseconds
      aggregates.append(FrameAggregate(stepNanoseconds: step))
    }
    try refold()
  }

  /// Publishes a raw frame, and the coarse frames whose steps it ends.
  public mutating func publish(_ frame: Frame) throws(RingError) {
    try write(frame, tier: tiers.frames[0])
    for (index, tier) in tiers.coarse.enumerated() {
      if let finished = aggregates[index].fold(frame) { try write(finished, tier: tier) }
    }
  }

  /// Publishes an event.
  public mutating func publish(_ event: Event) throws(RingError) {
    guard let tier = tiers.events else { return }
    event.write(into: &words)
    try publishWords(tier: tier)
  }

  /// Keeps what the alarms remember for the next writer. A recording has none.
  public mutating func publish(_ state: AlarmState) throws(RingError) {
    guard let tier = tiers.alarmState else { return }
    state.write(into: &words, wordCount: ring.geometry.tiers[tier].payloadWordCapacity)
    try publishWords(tier: tier)
  }

  /// What the alarms remembered last; nil when there is nothing, or nothing that can be read.
  public mutating func alarmState() throws(RingError) -> AlarmState? {
    guard let tier = tiers.alarmState else { return nil }
    for number in newest(2, of: tier) {
      guard let count = try published(tier: tier, number: number) else { continue }
      if let state = try? AlarmState(words.span.extracting(0..<count)) { return state }
    }
    return nil
  }

  /// Says that the writer lives.
  public mutating func heartbeat(
    realtimeNanoseconds: UInt64, monotonicNanoseconds: UInt64
  ) throws(RingError) {
    try ring.heartbeat(
      realtimeNanoseconds: realtimeNanoseconds, monotonicNanoseconds: monotonicNanoseconds)
  }

  /// Ends in good order. Open steps stay open: the next writer goes on with them.
  public consuming func close() throws(RingError) { try ring.close() }

  private mutating func write(_ frame: Frame, tier: Int) throws(RingError) {
    let capacity = ring.geometry.tiers[tier].payloadWordCapacity
    frame.write(into: &words, capacity: FrameCapacity(wordCount: capacity))
    try publishWords(tier: tier)
  }

  /// The words change hands for the time: a span over them would borrow all of us.
  private mutating func publishWords(tier: Int) throws(RingError) {
    var words: [UInt64] = []
    swap(&words, &self.words)
    defer { swap(&words, &self.words) }
    try ring.publish(tier: tier, words.span)
  }

  /// Goes on with the open step of each coarse tier, from what is there of finer ones.
  private mutating func refold() throws(RingError) {
    let rawTier = tiers.frames[0]
    let raw = try stamps(rawTier)
    var finer: (tier: Int, stamps: [(number: UInt64, stamp: FrameStamp)]) = (rawTier, [])
    for (index, tier) in tiers.coarse.enumerated() {
      let own = try stamps(tier)
      let open = OpenStep(
        after: own.last?.stamp, finer: finer.stamps.map(\.stamp), raw: raw.map(\.stamp),
        rawIsComplete: raw.first?.number == 0)
      let sources = [(finer.tier, finer.stamps[open.finer]), (rawTier, raw[open.raw])]
      for (source, stamps) in sources {
        for (number, _) in stamps {
          guard let frame = try frame(tier: source, number: number) else { continue }
          if let finished = aggregates[index].fold(frame) { try write(finished, tier: tier) }
        }
      }
      finer = (tier, own)
    }
  }

  /// When the frames of a tier were taken, oldest first.
  private mutating func stamps(
    _ tier: Int
  ) throws(RingError) -> [(number: UInt64, stamp: FrameStamp)] {
    var stamps: [(number: UInt64, stamp: FrameStamp)] = []
    for number in newest(.max, of: tier).reversed() {
      guard let count = try published(tier: tier, number: number),
        let stamp = try? FrameStamp(words.span.extracting(0..<count))
      else { continue }
      stamps.append((number, stamp))
    }
    return stamps
  }

  private mutating func frame(tier: Int, number: UInt64) throws(RingError) -> Frame? {
    guard let count = try published(tier: tier, number: number) else { return nil }
    return try? Frame(words.span.extracting(0..<count))
  }

  private mutating func published(tier: Int, number: UInt64) throws(RingError) -> Int? {
    guard case .published(let count) = try ring.readBack(tier: tier, number: number, into: &words)
    else { return nil }
    return count
  }

  /// The newest numbers of a tier, the newest first.
  private func newest(_ count: Int, of tier: Int) -> [UInt64] {
    let head = ring.heads[tier]
    let kept = min(head, UInt64(ring.geometry.tiers[tier].slotCount), UInt64(count))
    return (0..<kept).map { head - 1 - $0 }
  }
}
