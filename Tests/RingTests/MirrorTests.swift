import Kernel
import PropertyTestKit
import Testing

@testable import Ring

/// Mirrors: what readers find in them against what the ring elsewhere had.
@Suite struct MirrorTests {
  private let all = SmallRing.geometry.tiers.map(\.slotCount)

  private func excerpt(
    _ reader: inout RingReader, tier: Int = 0, from number: UInt64? = 0, at time: UInt64 = 1000
  ) throws -> RingExcerpt {
    try RingExcerpt(
      reader.excerpt(tier: tier, from: number, realtimeNanoseconds: time, byteCountMax: 1 << 20),
      from: "there")
  }

  private func numbers(_ reader: inout RingReader, tier: Int = 0) throws -> [UInt64] {
    var words: [UInt64] = []
    let header = try reader.header()
    return try header.numbers(ofTier: tier).filter { number in
      guard
        case .published(let count) = try reader.read(tier: tier, number: number, into: &words)
      else { return false }
      #expect(Array(words[..<count]) == SmallRing.words(number))
      return true
    }
  }

  @Test func `a mirror is a ring with the slots, the names and the numbers of the other`() throws {
    var there = try RingReader(bytes: SmallRing.bytes(11, events: 2))
    let first = try excerpt(&there)
    var mirror = try RingMirror(of: first, slotCounts: all)
    var here = try RingReader(path: mirror.path)
    #expect(try here.header().heads == [0, 0])
    try mirror.take(first, realtimeNanoseconds: 50_000, monotonicNanoseconds: 40_000)
    try mirror.take(
      excerpt(&there, tier: 1), realtimeNanoseconds: 60_000, monotonicNanoseconds: 50_000)
    let header = try here.header()
    #expect(header.isMirror && header.identity == SmallRing.identity)
    #expect(header.heads == [11, 2])
    #expect(try numbers(&here) == [7, 8, 9, 10])
    #expect(try numbers(&here, tier: 1) == [0, 1])
    #expect(mirror.next(ofTier: 0, head: 20) == 11)
  }

  @Test
  func `the heartbeat is ours: when it was first seen less its age there, then when it moved`()
    throws
  {
    var writer = try RingWriter(inMemory: SmallRing.geometry, identity: SmallRing.identity)
    try writer.heartbeat(realtimeNanoseconds: 400, monotonicNanoseconds: 1)
    var there = try RingReader(path: writer.path)
    var mirror = try RingMirror(of: excerpt(&there), slotCounts: all)
    var here = try RingReader(path: mirror.path)
    func take(_ time: UInt64, _ now: UInt64) throws -> [UInt64] {
      try mirror.take(
        excerpt(&there, at: time), realtimeNanoseconds: now, monotonicNanoseconds: now / 2)
      let header = try here.header()
      return [header.heartbeatRealtimeNanoseconds, header.heartbeatMonotonicNanoseconds]
    }
    // 600 ns old by the clock there.
    #expect(try take(1000, 70_000) == [69_400, 34_400])
    #expect(try take(2000, 80_000) == [69_400, 34_400])
    try writer.heartbeat(realtimeNanoseconds: 500, monotonicNanoseconds: 2)
    #expect(try take(3000, 90_000) == [90_000, 45_000])
    try writer.close()
    _ = try take(4000, 95_000)
    #expect(try here.header().isClosedCleanly)
  }

  @Test func `a smaller mirror asks for less, and has the newest`() throws {
    var there = try RingReader(bytes: SmallRing.bytes(3, events: 3))
    var mirror = try RingMirror(of: excerpt(&there, from: nil), slotCounts: [2, 0])
    #expect(mirror.slotCounts == [2, 1])
    #expect(mirror.next(ofTier: 0, head: 3) == 1 && mirror.next(ofTier: 1, head: 3) == 2)
    try mirror.take(
      excerpt(&there, from: 1), realtimeNanoseconds: 1, monotonicNanoseconds: 1)
    var here = try RingReader(path: mirror.path)
    #expect(try numbers(&here) == [1, 2])
  }

  @Test func `a ring that was made anew is another one; readers find it on the same path`() throws {
    var there = try RingReader(bytes: SmallRing.bytes(3))
    var mirror = try RingMirror(of: excerpt(&there), slotCounts: all)
    try mirror.take(excerpt(&there), realtimeNanoseconds: 1, monotonicNanoseconds: 1)
    let path = mirror.path
    let here = try RingReader(path: path)
    var anew = try RingReader(bytes: SmallRing.bytes(2))
    let told = try excerpt(&anew)
    #expect(throws: RingError(path, .malformedExcerpt(.anotherRing))) {
      try mirror.take(told, realtimeNanoseconds: 2, monotonicNanoseconds: 2)
    }
    #expect(here.isReplaced() == false)
    try mirror.restart(with: told, slotCounts: all)
    try mirror.take(told, realtimeNanoseconds: 2, monotonicNanoseconds: 2)
    #expect(here.isReplaced() == true)
    #expect(mirror.path == path)
    var again = try RingReader(path: path)
    #expect(try numbers(&again) == [0, 1])
  }

  @Test func `another geometry and another namespace are another ring`() throws {
    var there = try RingReader(bytes: SmallRing.bytes(3))
    var mirror = try RingMirror(of: excerpt(&there), slotCounts: all)
    var identity = SmallRing.identity
    identity.namespaceCookie += 1
    var geometry = SmallRing.geometry
    geometry.tiers[0].slotCount += 1
    for (geometry, identity) in [
      (SmallRing.geometry, identity), (geometry, SmallRing.identity),
    ] {
      var writer = try RingWriter(inMemory: geometry, identity: identity)
      try SmallRing.publish(&writer, 9)
      var reader = try RingReader(path: writer.path)
      #expect(throws: RingError(mirror.path, .malformedExcerpt(.anotherRing))) {
        try mirror.take(excerpt(&reader), realtimeNanoseconds: 1, monotonicNanoseconds: 1)
      }
    }
    identity.namespaceCookie -= 1
    identity.writerPID += 1
    var writer = try RingWriter(inMemory: SmallRing.geometry, identity: identity)
    try SmallRing.publish(&writer, 4)
    // The next writer of the same ring.
    var reader = try RingReader(path: writer.path)
    try mirror.take(excerpt(&reader), realtimeNanoseconds: 1, monotonicNanoseconds: 1)
  }

  @Test func `however it is followed, a mirror shows what was published, and its newest`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(150) {
      var writer = try RingWriter(inMemory: SmallRing.geometry, identity: SmallRing.identity)
      var there = try RingReader(path: writer.path)
      var mirror = try RingMirror(of: excerpt(&there, from: nil), slotCounts: all)
      var here = try RingReader(path: mirror.path)
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let tier = Int.random(in: 0...1, using: &generator)
        try SmallRing.publish(
          &writer, UInt64.random(in: 0...6, using: &generator), tier: tier)
        if generator.oneIn(3) { continue }
        let head = writer.heads[tier]
        let next = mirror.next(ofTier: tier, head: head)
        try mirror.take(
          excerpt(&there, tier: tier, from: next), realtimeNanoseconds: 5, monotonicNanoseconds: 5)
        #expect(try here.header().heads[tier] == head, "\(generator.replay)")
        let shown = try numbers(&here, tier: tier)
        #expect(shown.last == (head > 0 ? head - 1 : nil), "\(generator.replay)")
        #expect(shown.count <= SmallRing.geometry.tiers[tier].slotCount)
      }
    }
  }
}
