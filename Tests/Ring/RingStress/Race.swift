import Glibc
import Kernel
import Ring

/// One writer as fast as it can, several readers as fast as they can, each on its own thread and file.
struct Race {
  let path: String
  let seconds: Double
  let readerCount: Int

  /// What one reader saw.
  struct Tally: Sendable {
    var shown: UInt64 = 0
    var wrong: UInt64 = 0
    var readings: UInt64 = 0
    var counts = RingReaderCounts()
    var failure: String?
  }

  /// Runs the race, prints one line, and returns the exit status: 0 if nothing wrong was ever shown.
  func run() throws -> Int32 {
    let end = Clock.monotonicNanoseconds() + UInt64(seconds * 1e9)
    var writer = try RingWriter(
      path: path, geometry: StressGeometry.geometry, identity: StressGeometry.identity())
    // Joined in order; a list of owners that cannot be copied is a chain.
    let tallies = try race(readerCount, until: end, &writer)
    var sum = Tally()
    for tally in tallies {
      sum.shown += tally.shown
      sum.wrong += tally.wrong
      sum.readings += tally.readings
      sum.counts.lapped += tally.counts.lapped
      sum.counts.torn += tally.counts.torn
      sum.counts.corrupt += tally.counts.corrupt
      if let failure = tally.failure { sum.failure = failure }
    }
    let published = writer.heads.reduce(0, +)
    var line = "published \(published) readings \(sum.readings) shown \(sum.shown) "
    line += "wrong \(sum.wrong) lapped \(sum.counts.lapped) torn \(sum.counts.torn) "
    line += "corrupt \(sum.counts.corrupt)\n"
    if let failure = sum.failure { line += "failed: \(failure)\n" }
    try ByteStream.standardOutput.write(Array(line.utf8))
    try writer.close()
    return sum.wrong == 0 && sum.counts.corrupt == 0 && sum.failure == nil ? 0 : 1
  }

  private func race(
    _ remaining: Int, until end: UInt64, _ writer: inout RingWriter
  ) throws -> [Tally] {
    guard remaining > 0 else {
      try Self.publish(&writer, until: end)
      return []
    }
    let path = path
    let thread = try DedicatedThread { Self.read(path, seed: remaining, until: end) }
    let others = try race(remaining - 1, until: end, &writer)
    return [try thread.join()] + others
  }

  private static func publish(_ writer: inout RingWriter, until end: UInt64) throws {
    let tiers = StressGeometry.geometry.tiers
    var words: [UInt64] = []
    var now: UInt64 = 0
    while now < end {
      now = Clock.monotonicNanoseconds()
      for tier in tiers.indices {
        SelfCheckingPayload.fill(
          &words, tier, writer.heads[tier], capacity: tiers[tier].payloadWordCapacity)
        try writer.publish(tier: tier, words.span)
      }
      try writer.heartbeat(realtimeNanoseconds: now, monotonicNanoseconds: now)
    }
  }

  /// Half of the readings follow a cursor, half are of the newest slot and its neighbours.
  private static func read(_ path: String, seed: Int, until end: UInt64) -> Tally {
    var tally = Tally()
    do throws(RingError) {
      var reader = try RingReader(path: path)
      let tiers = reader.geometry.tiers
      var cursors = tiers.indices.map { RingCursor(tier: $0, from: 0) }
      var words: [UInt64] = []
      var turn = UInt64(seed)
      while Clock.monotonicNanoseconds() < end {
        turn += 1
        for tier in tiers.indices {
          let capacity = tiers[tier].payloadWordCapacity
          if case .slot(let number, let count) = try cursors[tier].next(from: &reader, into: &words)
          {
            tally.shown += 1
            if !SelfCheckingPayload.isRight(words, count, tier, number, capacity: capacity) {
              tally.wrong += 1
            }
          }
          // The next but one to be overwritten, the newest, and the one being written.
          let head = try reader.head(tier)
          let number = head &+ turn % 3 &- (turn % 2 == 0 ? 2 : UInt64(tiers[tier].slotCount))
          if number > head { continue }
          tally.readings += 2
          if case .published(let count) = try reader.read(tier: tier, number: number, into: &words)
          {
            tally.shown += 1
            if !SelfCheckingPayload.isRight(words, count, tier, number, capacity: capacity) {
              tally.wrong += 1
            }
          }
        }
        _ = try reader.header()
      }
      tally.counts = reader.counts
    } catch {
      tally.failure = "\(error)"
    }
    return tally
  }
}
