import Kernel
import PropertyTestKit
import Testing

@testable import Ring

/// Excerpts: what is made of a ring against what is read from the bytes, and bytes that lie.
@Suite struct ExcerptTests {
  private func reader(_ frames: UInt64, events: UInt64 = 0) throws -> RingReader {
    try RingReader(bytes: SmallRing.bytes(frames, events: events))
  }

  private func excerpt(
    of frames: UInt64, tier: Int = 0, from number: UInt64? = 0, byteCountMax: Int = 1 << 20
  ) throws -> [UInt8] {
    var reader = try reader(frames, events: 2)
    return try reader.excerpt(
      tier: tier, from: number, realtimeNanoseconds: 99, byteCountMax: byteCountMax)
  }

  private func payloads(_ excerpt: RingExcerpt) -> [[UInt64]] {
    excerpt.slots.map { Array(excerpt.words[$0.words].dropFirst(RingLayout.slotHeaderWordCount)) }
  }

  @Test func `what is left of a ring goes over, with its header and the time there`() throws {
    let excerpt = try RingExcerpt(excerpt(of: 11), from: "there")
    #expect(excerpt.header.identity == SmallRing.identity)
    #expect(excerpt.header.geometry == SmallRing.geometry)
    #expect(excerpt.header.heads == [11, 2])
    #expect(excerpt.header.heartbeatRealtimeNanoseconds == 11)
    #expect(excerpt.realtimeNanoseconds == 99 && excerpt.tier == 0 && excerpt.next == 11)
    #expect(excerpt.slots.map(\.number) == [7, 8, 9, 10])
    #expect(payloads(excerpt) == [7, 8, 9, 10].map { SmallRing.words($0) })
  }

  @Test func `the layout is as it is drawn`() throws {
    let bytes = try excerpt(of: 3)
    // 64 of the front, 4096 of the header, three slots of 32 and 24.
    #expect(bytes.count == 64 + 4096 + 3 * 56)
    #expect(String(decoding: bytes[..<8], as: UTF8.self) == "ULLAGEEX")
    #expect([8, 16, 24, 32, 40, 48, 56].map { bytes[word: $0] } == [1, 99, 0, 3, 3, 0, 0])
    #expect(String(decoding: bytes[64..<72], as: UTF8.self) == "ULLAGERG")
    #expect([4160, 4216, 4272].map { bytes[word: $0] } == [2, 4, 6])
    #expect(bytes[word: 4160 + 32 + 8] == SmallRing.words(0)[1])
  }

  @Test func `without a number it is the header alone, and beyond the head too`() throws {
    for number: UInt64? in [nil, 5, 6, .max] {
      let excerpt = try? RingExcerpt(excerpt(of: 5, from: number), from: "there")
      // A number that no ring can have is given back, and refused where it arrives.
      guard number != .max else {
        #expect(excerpt == nil)
        continue
      }
      #expect(excerpt?.slotCount == 0)
      #expect(excerpt?.next == number ?? 5)
      #expect(excerpt?.header.heads == [5, 2])
    }
  }

  @Test func `a limit cuts it between slots, and the rest is asked for next`() throws {
    var numbers: [UInt64] = [], next: UInt64 = 0, answers = 0
    while next < 4 {
      let part = try RingExcerpt(excerpt(of: 4, from: next, byteCountMax: 4200), from: "there")
      #expect(part.slotCount > 0)
      numbers += part.slots.map(\.number)
      next = part.next
      answers += 1
    }
    #expect(numbers == [0, 1, 2, 3] && answers > 1)
  }

  @Test func `an excerpt that was cut anywhere is refused`() throws {
    let bytes = try excerpt(of: 4)
    for count in bytes.indices {
      #expect(throws: RingError.self) { try RingExcerpt(Array(bytes[..<count]), from: "there") }
    }
  }

  @Test func `each lie is told by its name`() throws {
    let whole = try excerpt(of: 4)
    func reason(_ offset: Int, _ word: UInt64) -> RingError.Reason? {
      var bytes = whole
      bytes[word: offset] = word
      do throws(RingError) { _ = try RingExcerpt(bytes, from: "there") } catch {
        return error.reason
      }
      return nil
    }
    #expect(reason(0, 1) == .wrongMagic(1))
    #expect(reason(8, 2) == .wrongVersion(file: 2))
    #expect(reason(24, 2) == .malformedExcerpt(.tier(2)))
    #expect(reason(24, .max) == .malformedExcerpt(.tier(.max)))
    #expect(reason(32, 5) == .malformedExcerpt(.byteCount(whole.count)))
    #expect(reason(40, 3) == .malformedExcerpt(.sequence(3)))
    #expect(reason(40, .max) == .malformedExcerpt(.sequence(.max)))
    #expect(reason(4160, 0) == .malformedExcerpt(.sequence(0)))
    #expect(reason(4160, 3) == .malformedExcerpt(.sequence(3)))
    #expect(reason(4160, .max - 1) == .malformedExcerpt(.sequence(.max - 1)))
    #expect(reason(4160 + 8, .max) == .malformedExcerpt(.slot(number: 0)))
    #expect(reason(4160 + 40, 7) == .malformedExcerpt(.slot(number: 0)))
    // The second slot before the first.
    #expect(reason(4216, 2) == .malformedExcerpt(.sequence(2)))
    guard case .corruptHeader? = reason(64 + 300, 1) else {
      Issue.record("a header with a wrong checksum was taken")
      return
    }
  }

  @Test func `whatever is changed, nothing is shown that was not published`() throws {
    var generator = SeededGenerator.fresh()
    let whole = try excerpt(of: 4)
    var taken = 0
    for _ in 0..<rounds(3000) {
      var bytes = whole
      let word = Int.random(in: 0..<bytes.count / 8, using: &generator)
      bytes[word: word * 8] = generator.pick([0, 1, 2, 8, 1 << 31, 1 << 62, .max, UInt64(word)])
      guard let excerpt = try? RingExcerpt(bytes, from: "there") else { continue }
      taken += 1
      #expect(payloads(excerpt) == (0..<4).map { SmallRing.words($0) }, "\(generator.replay)")
    }
    // Much of the header may change.
    #expect(taken > 100)
  }
}
