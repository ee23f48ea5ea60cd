import Ring
import Synchronization

/// Takes one input through all that is done with a ring file, as if the input were one.
///
///     0          1 …
///     ┌──────────┬─────────────────────────────┐
///     │ options  │ the file                    │
///     └──────────┴─────────────────────────────┘
///       options: bit 0 the checksum of the header is made right first, which no mutation would do
///                bit 1 the file is an excerpt, which is mirrored
///
/// Returns something that depends on all that was read, so that no reading is optimised away.
@discardableResult
public func readRing(_ bytes: [UInt8]) -> UInt64 {
  var content = Array(bytes.dropFirst())
  var digest: UInt64 = 0
  let options = bytes.first ?? 0
  if options & 2 != 0 { return mirrorRing(&content, repaired: options & 1 != 0) }
  if options & 1 != 0 { RingRepair.setHeaderChecksum(&content) }
  do throws(RingError) {
    var reader = try RingReader(bytes: content)
    let header = try reader.header()
    digest &+= UInt64(header.identity.hostName.utf8.count)
    var words: [UInt64] = []
    for tier in header.geometry.tiers.indices {
      // As many steps as there are slots in so short an input, twice over.
      var cursor = RingCursor(tier: tier, from: 0)
      var stepCount = 0
      while stepCount < 4096,
        case .slot(let number, let count) = try cursor.next(from: &reader, into: &words)
      {
        precondition(count <= header.geometry.tiers[tier].payloadWordCapacity)
        for index in 0..<count { digest &+= words[index] }
        digest &+= number
        stepCount += 1
      }
      digest &+= try reader.newest(tier) ?? 0
      digest &+= try reader.oldest(tier) ?? 0
      for number in [0, 1, 7, UInt64.max, 1 << 62, 1 << 61] {
        if case .published = try reader.read(tier: tier, number: number, into: &words) {
          digest &+= words.first ?? 0
        }
      }
    }
    let verification = try RingVerification(of: &reader)
    for (tier, counts) in verification.tiers.enumerated() {
      let sum =
        counts.publishedCount + counts.neverWrittenCount + counts.beingWrittenCount
        + counts.tornCount + counts.corruptCount
      precondition(
        header.geometry.isRecording || sum == header.geometry.tiers[tier].slotCount)
      digest &+= UInt64(sum)
    }
  } catch {
    digest &+= UInt64(error.description.utf8.count)
  }
  return digest
}

/// The same with an excerpt: what can be taken over is taken, and read again from the mirror.
private func mirrorRing(_ content: inout [UInt8], repaired: Bool) -> UInt64 {
  if repaired { RingRepair.setHeaderChecksum(&content, at: 64) }
  do throws(RingError) {
    let excerpt = try RingExcerpt(content, from: "fuzz")
    // As many as a viewer of the present wants; what is not written takes no memory.
    let counts = excerpt.header.geometry.tiers.map { min($0.slotCount, 300) }
    var mirror = try RingMirror(of: excerpt, slotCounts: counts)
    for _ in 0..<2 {
      try mirror.take(excerpt, realtimeNanoseconds: 2, monotonicNanoseconds: 1)
    }
    var reader = try RingReader(path: mirror.path)
    let header = try reader.header()
    precondition(header.isMirror)
    var words: [UInt64] = [], digest: UInt64 = 0
    for number in header.numbers(ofTier: excerpt.tier).suffix(300) {
      if case .published(let count) = try reader.read(
        tier: excerpt.tier, number: number, into: &words)
      {
        digest &+= words[..<count].reduce(number, &+)
      }
    }
    return digest
  } catch {
    return UInt64(error.description.utf8.count)
  }
}

private let blackHole = Atomic<UInt64>(0)

/// What scripts/fuzz links as libFuzzer's entry; the tests hold two of these, which need two names.
@c(RingFuzz_oneInput)
public func fuzzOneRing(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  blackHole.wrappingAdd(readRing(bytes), ordering: .relaxed)
  return 0
}
