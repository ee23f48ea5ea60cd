import Inet
import Pools
import PropertyTestKit
import Testing

/// The suspicion that a program binds before it connects: never of connects, always of such programs.
@Suite struct ParityUseTests {
  @Test(arguments: [
    (0, 0, false), (0, 15, false), (0, 40, true), (0, 100, true), (100, 0, false), (50, 50, false),
    (10, 100, true), (80, 100, false), (14_116, 10_000, false), (14_115, 14_116, false),
    (9_000, 10_000, true),
  ]) func `a division of the default range`(_ low: Int, _ other: Int, _ isSuspect: Bool) {
    let use = ParityUse(
      takenLow: low, takenOther: other, availableLow: 14_116, availableOther: 14_116)
    #expect(use.suggestsEarlyBinds == isSuspect)
  }

  @Test func `halves of different sizes are compared by their shares`() {
    // All of 100 against 1000 of 10,000: low is fuller by far, though there is less of it.
    #expect(
      !ParityUse(takenLow: 99, takenOther: 1000, availableLow: 100, availableOther: 10_000)
        .suggestsEarlyBinds)
    #expect(
      ParityUse(takenLow: 100, takenOther: 99, availableLow: 10_000, availableOther: 100)
        .suggestsEarlyBinds)
    #expect(
      !ParityUse(takenLow: 0, takenOther: 0, availableLow: 0, availableOther: 0)
        .suggestsEarlyBinds)
  }

  @Test func `a pool tells its division, a pool that knows none does not`() throws {
    let range = try #require(PortRange(low: 40_000, high: 40_019))
    let space = PortSpace(range: range, reserved: [40_001], blocked: [40_003])
    let key = PoolKey.connect(source: .anyIPv4, destination: .anyIPv4, port: 1, interface: 0)
    let pool = Pool.connect(
      key, states: StateCounts(), takenLow: 2, takenOther: 3, reclaimable: 0, in: space)
    #expect(
      pool.parityUse
        == ParityUse(takenLow: 2, takenOther: 3, availableLow: 10, availableOther: 8))
    #expect(Pool.exclusive(.bind(.any), held: [], in: space).parityUse == nil)
  }

  @Test func `connects that come and go at random are never suspected`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(60) {
      var half = ParityModel(&generator)
      // Rises beyond the cliff and falls again, in waves.
      for _ in 0..<12 {
        let target = generator.small(half.capacity + 1)
        half.connect(generator.small(target + 1))
        #expect(!half.use.suggestsEarlyBinds, "\(half.use), \(generator.replay)")
        half.release(half.count - min(half.count, target), &generator)
        #expect(!half.use.suggestsEarlyBinds, "\(half.use), \(generator.replay)")
      }
    }
  }

  @Test func `programs that bind first are suspected, beside connects too`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(60) {
      var half = ParityModel(&generator)
      let bound = 100 + generator.small(max(1, half.available[1] - 100))
      // Up to a third of what is bound, for the size of the halves.
      let share = bound * half.available[0] / half.available[1]
      half.connect(generator.small(max(1, share / 3)))
      half.bind(bound)
      half.release(generator.small(bound / 4), &generator)
      #expect(half.use.suggestsEarlyBinds, "\(half.use), \(generator.replay)")
    }
  }
}

/// Ports of both parities, as the kernel gives them out and as they come back.
private struct ParityModel {
  /// Ports of low's parity, ports of the other.
  let available: [Int]
  private var taken = [0, 0]

  /// Some thousands of ports, some of them reserved: not evenly.
  init(_ generator: inout SeededGenerator) {
    available = (0..<2).map { _ in 500 + generator.small(3000) }
  }

  var capacity: Int { available[0] + available[1] }
  var count: Int { taken[0] + taken[1] }
  var use: ParityUse {
    ParityUse(
      takenLow: taken[0], takenOther: taken[1], availableLow: available[0],
      availableOther: available[1])
  }

  mutating func connect(_ count: Int) { take(count, first: 0) }

  mutating func bind(_ count: Int) { take(count, first: 1) }

  private mutating func take(_ count: Int, first: Int) {
    let near = min(count, available[first] - taken[first])
    taken[first] += near
    taken[1 - first] += min(count - near, available[1 - first] - taken[1 - first])
  }

  /// Any of the connections ends, each as likely as another.
  mutating func release(_ count: Int, _ generator: inout SeededGenerator) {
    for _ in 0..<min(count, self.count) {
      taken[generator.small(self.count) < taken[0] ? 0 : 1] -= 1
    }
  }
}
