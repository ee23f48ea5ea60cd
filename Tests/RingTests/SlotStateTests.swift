import Synchronization
import Testing

@testable import Ring

/// Every state of a slot, made by hand: no threads.
@Suite struct SlotStateTests {
  /// Slot 5 of tier 0 stands at place 1 and has been published; 6 is next.
  private static let offset = 4096 + 128

  /// What reading slot `number` gives after some change of the bytes.
  private func reading(
    _ number: UInt64, _ change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> SlotReading {
    var bytes = try SmallRing.bytes(6)
    change(&bytes)
    var reader = try RingReader(bytes: bytes)
    var words: [UInt64] = []
    let reading = try reader.read(tier: 0, number: number, into: &words)
    if case .published(let count) = reading {
      #expect(Array(words[..<count]) == SmallRing.words(number))
    }
    return reading
  }

  @Test func `what is there is published, what was is lapped, what comes is not yet`() throws {
    for number: UInt64 in 2...5 { #expect(try reading(number) == .published(wordCount: 3)) }
    for number: UInt64 in 0...1 { #expect(try reading(number) == .lapped) }
    for number: UInt64 in [6, 7, 10, 1 << 61, 1 << 62, .max] {
      #expect(try reading(number) == .notYet)
    }
  }

  @Test func `a slot that is being written is not yet`() throws {
    let writing: (inout [UInt8]) -> Void = { $0[word: 4096 + 256] = RingLayout.writing(6) }
    #expect(try reading(6, writing) == .notYet)
    #expect(try reading(2, writing) == .lapped)
  }

  @Test func `a slot whose writer died is torn once the head has passed it`() throws {
    #expect(try reading(5) { $0[word: Self.offset] = RingLayout.writing(5) } == .torn)
  }

  @Test func `a slot that lags behind its head is corrupt`() throws {
    #expect(try reading(5) { $0[word: Self.offset] = 0 } == .corrupt)
    #expect(try reading(5) { $0[word: Self.offset] = RingLayout.published(1) } == .corrupt)
  }

  @Test func `a slot ahead of its head is published: the head lags`() throws {
    #expect(try reading(5) { $0[word: RingLayout.headsOffset] = 5 } == .published(wordCount: 3))
  }

  @Test func `a head that cannot be hides nothing that is whole`() throws {
    #expect(try reading(5) { $0[word: RingLayout.headsOffset] = 3 } == .published(wordCount: 3))
  }

  @Test func `a number that does not belong to its place is corrupt`() throws {
    for number: UInt64 in [4, 6, 1 << 62 + 1, 1 << 63 - 1] {
      #expect(try reading(5) { $0[word: Self.offset] = number &* 2 &+ 2 | 1 << 63 } == .corrupt)
    }
    #expect(try reading(5) { $0[word: Self.offset] = RingLayout.published(6) } == .corrupt)
    #expect(try reading(5) { $0[word: Self.offset] = .max } == .corrupt)
  }

  @Test func `every bit of what the checksum covers is missed if it changes`() throws {
    for bit in 0..<64 {
      for offset in [8, 32, 40, 48] {
        let reading = try reading(5) { $0[word: Self.offset + offset] ^= 1 << UInt64(bit) }
        #expect(reading == .corrupt, "bit \(bit) of the word at \(offset)")
      }
    }
  }

  @Test func `what stands after the payload does not matter`() throws {
    #expect(try reading(5) { $0[word: Self.offset + 56] ^= 1 } == .published(wordCount: 3))
  }

  @Test func `a slot of an earlier round under a new sequence is corrupt`() throws {
    let reading = try reading(5) { bytes in
      for word in 1..<16 {
        bytes[word: Self.offset + 8 * word] = bytes[word: Self.offset + 128 + 8 * word]
      }
    }
    #expect(reading == .corrupt)
  }

  @Test func `a slot that changes while it is read is torn, whatever the change`() throws {
    let before = try SmallRing.bytes(6)
    for sequence in [RingLayout.writing(9), RingLayout.published(9), 0] {
      var after = before
      after[word: Self.offset] = sequence
      // Opening reads twice, the slot is the third; what follows sees the change.
      let reader = try RingReader(scripted: { [after] in $0 < 3 ? before : after })
      #expect(try Self.read(reader, 5) == .torn)
    }
  }

  @Test func `a slot that is published between two looks is shown`() throws {
    var before = try SmallRing.bytes(6)
    let after = before
    before[word: Self.offset] = RingLayout.writing(5)
    let reader = try RingReader(scripted: { [before] in $0 < 3 ? before : after })
    #expect(try Self.read(reader, 5) == .published(wordCount: 3))
  }

  @Test func `a file that is cut while it is read loses slots and nothing else`() throws {
    let whole = try SmallRing.bytes(6)
    for length in stride(from: 0, through: whole.count, by: 8) {
      for moment in 2...4 {
        let reader = try RingReader(scripted: { $0 < moment ? whole : Array(whole[..<length]) })
        let reading = try Self.read(reader, 5)
        let isThere = length >= Self.offset + 32 + 24
        if isThere { #expect(reading == .published(wordCount: 3)) }
        if moment == 2, !isThere {
          #expect(reading == (length < RingLayout.headsOffset + 8 ? .notYet : .corrupt))
        }
      }
    }
  }

  @Test func `readings are counted by what they could not show`() throws {
    var bytes = try SmallRing.bytes(6)
    bytes[word: Self.offset] = RingLayout.writing(5)
    bytes[word: Self.offset + 128 + 32] ^= 1
    var reader = try RingReader(bytes: bytes)
    var words: [UInt64] = []
    for number: UInt64 in 0...7 { _ = try reader.read(tier: 0, number: number, into: &words) }
    let counts = reader.counts
    #expect(counts.lapped == 2 && counts.torn == 1 && counts.corrupt == 1)
  }

  private static func read(
    _ reader: consuming RingReader, _ number: UInt64
  ) throws(RingError) -> SlotReading {
    var words: [UInt64] = []
    return try reader.read(tier: 0, number: number, into: &words)
  }
}
