import Owners
import PropertyTestKit
import Testing

/// The memory of cookies against a dictionary.
@Suite struct CookieMemoryTests {
  @Test func `it remembers as a dictionary does, pass by pass`() {
    for _ in 0..<rounds(20) {
      var generator = SeededGenerator.fresh()
      var memory = CookieMemory(limit: 100_000)
      var model: [UInt64: (owner: UInt32, pass: Int)] = [:]
      var misses: UInt64 = 0
      // Few cookies meet again, many do not.
      let space = generator.pick([50, 1000, 40_000])
      for pass in 0..<12 {
        memory.beginPass()
        for _ in 0..<generator.small(3000) {
          let cookie = UInt64(generator.small(space)) << (generator.oneIn(2) ? 0 : 20)
          if generator.oneIn(3) {
            let known = cookie == 0 ? nil : model[cookie]?.owner
            #expect(memory.owner(of: cookie) == known, "\(generator.replay)")
            if known == nil { misses += 1 } else { model[cookie]?.pass = pass }
          } else {
            let owner = UInt32(generator.small(1 << 30))
            memory.note(cookie, owner: owner)
            if cookie != 0 { model[cookie] = (owner, pass) }
          }
        }
        #expect(memory.count == model.count, "\(generator.replay)")
        memory.endPass()
        model = model.filter { $0.value.pass >= pass - 1 }
        #expect(memory.count == model.count, "\(generator.replay)")
        #expect(memory.missCount == misses, "\(generator.replay)")
      }
      memory.beginPass()
      for (cookie, entry) in model {
        #expect(memory.owner(of: cookie) == entry.owner, "\(generator.replay)")
      }
      #expect(memory.refusedCount == 0)
    }
  }

  @Test(arguments: [20_000, 50_000, 123_456, 300_000])
  func `an entry takes 20 bytes at most, however many there are`(_ count: Int) {
    var memory = CookieMemory(limit: .max)
    memory.beginPass()
    for cookie in 1...UInt64(count) {
      memory.note(cookie &* 7, owner: UInt32(truncatingIfNeeded: cookie))
      // Not only at the end: a table that has just grown is the emptiest.
      if cookie % 997 == 0, cookie > 20_000 {
        #expect(memory.byteCount <= Int(cookie) * 20, "\(memory.byteCount) for \(cookie)")
      }
    }
    #expect(memory.count == count)
    #expect(memory.byteCount <= count * 20, "\(Double(memory.byteCount) / Double(count))")
    // And when most have gone.
    for _ in 0..<2 {
      memory.beginPass()
      for cookie in 1...UInt64(count / 2) { _ = memory.owner(of: cookie &* 7) }
      memory.endPass()
    }
    #expect(memory.count == count / 2)
    #expect(memory.byteCount <= count / 2 * 20, "\(memory.byteCount)")
  }

  @Test func `at its limit newcomers stay out and are counted`() {
    var memory = CookieMemory(limit: 100)
    memory.beginPass()
    for cookie in 1...150 as ClosedRange<UInt64> { memory.note(cookie, owner: 7) }
    #expect(memory.count == 100)
    #expect(memory.refusedCount == 50)
    // Known ones are still kept up to date.
    memory.note(1, owner: 8)
    #expect(memory.owner(of: 1) == 8)
    #expect(memory.owner(of: 150) == nil)
    #expect(memory.missCount == 1)
    for _ in 0..<2 {
      memory.endPass()
      memory.beginPass()
    }
    memory.endPass()
    #expect(memory.count == 0)
    memory.note(150, owner: 9)
    #expect(memory.owner(of: 150) == 9)
  }

  @Test func `no cookie and the largest of everything are harmless`() {
    var memory = CookieMemory(limit: 10)
    memory.beginPass()
    memory.note(0, owner: 1)
    memory.note(.max, owner: .max)
    #expect(memory.count == 1)
    #expect(memory.owner(of: 0) == nil)
    #expect(memory.owner(of: .max) == CookieMemory.largestOwner)
    var none = CookieMemory(limit: -1)
    none.note(1, owner: 1)
    #expect(none.owner(of: 1) == nil)
    none.endPass()
  }
}
