import Ring
import Synchronization

/// Takes one input through all that is done with a ring file, as if the input were one.
///
///     0          1 …
///     ┌──────────┬─────────────────────────────┐
///     │ options  │ the file                    │
///     └──────────┴─────────────────────────────┘
///       options: bit 0 the checksum of the header is made right first, which no mutation would do
///
/// Returns something that depends on all that was read, so that no reading is optimised away.
@discardableResult
public func readRing(_ bytes: [UInt8]) -> UInt64 {
  var content = Array(bytes.dropFirst())
  var digest: UInt64 = 0
  if let options = bytes.first, options & 1 != 0 { RingRepair.setHeaderChecksum(&content) }
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

private let blackHole = Atomic<UInt64>(0)

/// What scripts/fuzz links as libFuzzer's entry; the tests hold two of these, which need two names.
@c(RingFuzz_oneInput)
public func fuzzOneRing(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  blackHole.wrappingAdd(readRing(bytes), ordering: .relaxed)
  return 0
}
