import Testing

@testable import Ring

@Suite struct CursorTests {
  /// The numbers that a cursor shows of some bytes.
  private func numbers(
    _ cursor: inout RingCursor, _ bytes: [UInt8]
  ) throws -> [UInt64] {
    var reader = try RingReader(bytes: bytes)
    var words: [UInt64] = []
    var numbers: [UInt64] = []
    while case .slot(let number, let count) = try cursor.next(from: &reader, into: &words) {
      #expect(Array(words[..<count]) == SmallRing.words(number))
      numbers.append(number)
    }
    return numbers
  }

  @Test func `a cursor shows all in order and goes on where it ended`() throws {
    var cursor = RingCursor(tier: 0, from: 0)
    #expect(try numbers(&cursor, try SmallRing.bytes(0)) == [])
    #expect(try numbers(&cursor, try SmallRing.bytes(3)) == [0, 1, 2])
    #expect(try numbers(&cursor, try SmallRing.bytes(5)) == [3, 4])
    #expect(cursor.lapCount == 0 && cursor.missedCount == 0)
  }

  @Test func `a lapped cursor counts what it missed and goes on with what is there`() throws {
    var cursor = RingCursor(tier: 0, from: 0)
    #expect(try numbers(&cursor, try SmallRing.bytes(10)) == [6, 7, 8, 9])
    #expect(cursor.lapCount == 1 && cursor.missedCount == 6)
    #expect(try numbers(&cursor, try SmallRing.bytes(15)) == [11, 12, 13, 14])
    #expect(cursor.lapCount == 2 && cursor.missedCount == 7)
  }

  @Test func `a bad slot is left out and counted`() throws {
    var bytes = try SmallRing.bytes(4)
    bytes[word: 4096 + 128] = RingLayout.writing(1)
    bytes[word: 4096 + 256 + 32] ^= 1
    var cursor = RingCursor(tier: 0, from: 0)
    #expect(try numbers(&cursor, bytes) == [0, 3])
    #expect(cursor.missedCount == 2)
  }

  @Test func `a head that runs far ahead ends nobody's patience`() throws {
    var bytes = try SmallRing.bytes(4)
    bytes[word: RingLayout.headsOffset] = 1 << 61
    var cursor = RingCursor(tier: 0, from: 0)
    #expect(try numbers(&cursor, bytes) == [0, 1, 2, 3])
    #expect(cursor.number == 1 << 61)
  }

  @Test func `newest and oldest are what the tier holds`() throws {
    var reader = try RingReader(bytes: try SmallRing.bytes(10))
    #expect(try reader.newest(0) == 9)
    #expect(try reader.oldest(0) == 6)
    #expect(try reader.newest(1) == nil)
    #expect(try reader.oldest(1) == nil)
    let header = try reader.header()
    #expect(header.numbers(ofTier: 0) == 6..<10)
    #expect(header.numbers(ofTier: 1).isEmpty)
    #expect(header.heartbeatRealtimeNanoseconds == 11)
    #expect(header.heartbeatMonotonicNanoseconds == 12)
    #expect(header.identity == SmallRing.identity)
  }
}
