import Testing

@testable import Ring

@Suite struct VerificationTests {
  private func verify(_ change: (inout [UInt8]) -> Void) throws -> RingVerification {
    var bytes = try SmallRing.bytes(6, events: 1)
    change(&bytes)
    var reader = try RingReader(bytes: bytes)
    return try RingVerification(of: &reader)
  }

  @Test func `a sound ring has slots that are published and slots never written`() throws {
    let sound = try verify { _ in }
    #expect(sound.isSound)
    #expect(sound.tiers.map(\.publishedCount) == [4, 1])
    #expect(sound.tiers.map(\.neverWrittenCount) == [0, 2])
  }

  @Test func `the slot that is next may be begun, and others not`() throws {
    let begun = try verify { $0[word: 4096 + 256] = RingLayout.writing(6) }
    #expect(begun.isSound)
    #expect(begun.tiers[0].beingWrittenCount == 1)
    let torn = try verify { $0[word: 4096 + 128] = RingLayout.writing(5) }
    #expect(torn.tiers[0].tornCount == 1 && torn.tiers[0].firstBadSlots == [1])
  }

  @Test func `what contradicts itself is corrupt and named by its place`() throws {
    let changes: [(inout [UInt8]) -> Void] = [
      { $0[word: 4096 + 128] = 0 }, { $0[word: 4096 + 128] = RingLayout.published(1) },
      { $0[word: 4096 + 128] = RingLayout.published(6) }, { $0[word: 4096 + 128 + 40] ^= 1 << 63 },
      { $0[word: 4096 + 128 + 8] = .max }, { $0[word: 4096 + 128] = .max },
    ]
    for (index, change) in changes.enumerated() {
      let verification = try verify(change)
      #expect(!verification.isSound, "change \(index)")
      #expect(verification.tiers[0].corruptCount == 1, "change \(index)")
      #expect(verification.tiers[0].firstBadSlots == [1], "change \(index)")
    }
  }
}
