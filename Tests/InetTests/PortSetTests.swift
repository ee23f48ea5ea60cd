import Inet
import PropertyTestKit
import Testing

/// The bitmap against the standard library's set.
@Suite struct PortSetTests {
  @Test func `random operations agree with a plain set`() {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<20 {
      var ports = PortSet()
      var model = Set<UInt16>()
      for _ in 0..<60 { Self.change(&ports, &model, &generator) }
      #expect(Array(ports) == model.sorted(), "\(replay)")
      #expect(ports.count == model.count, "\(replay)")
      #expect(ports.isEmpty == model.isEmpty, "\(replay)")
      for parity in [0, 1] as [UInt16] {
        let expected = model.count { $0 & 1 == parity }
        #expect(ports.count(parityOf: parity) == expected, "\(replay)")
        #expect(ports.count(parityOf: parity + 32_768) == expected, "\(replay)")
      }
      for _ in 0..<100 {
        let port = generator.port()
        #expect(ports.contains(port) == model.contains(port), "\(port) \(replay)")
      }
    }
  }

  @Test func `random set algebra agrees with plain sets`() {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<20 {
      let (left, leftModel) = Self.random(&generator)
      let (right, rightModel) = Self.random(&generator)
      #expect(Array(left.union(right)) == leftModel.union(rightModel).sorted(), "\(replay)")
      #expect(
        Array(left.intersection(right)) == leftModel.intersection(rightModel).sorted(),
        "\(replay)")
      #expect(
        Array(left.subtracting(right)) == leftModel.subtracting(rightModel).sorted(), "\(replay)")
      #expect((left == right) == (leftModel == rightModel), "\(replay)")
    }
  }

  @Test(arguments: [
    (0, 0), (0, 63), (0, 64), (63, 64), (64, 127), (1, 65_535), (65_535, 65_535), (32_768, 60_999),
    (0, 65_535),
  ])
  func `a range is filled to both of its ends and no further`(
    _ low: UInt16, _ high: UInt16
  ) throws {
    let range = try #require(PortRange(low: low, high: high))
    let ports = PortSet(range)
    #expect(ports.count == range.count)
    #expect(Array(ports) == Array(low...high))
  }

  @Test func `emptying keeps a usable set`() {
    var ports: PortSet = [1, 64, 65_535]
    ports.removeAll()
    #expect(ports == PortSet())
    ports.insert(65_535)
    #expect(Array(ports) == [65_535])
  }

  @Test func `a set is made from its words`() {
    var words = Array(repeating: 0 as UInt64, count: PortSet.wordCount)
    words[0] = 0b101
    words[1023] = 1 << 63
    #expect(Array(PortSet(words: words)) == [0, 2, 65_535])
  }

  private static func change(
    _ ports: inout PortSet, _ model: inout Set<UInt16>, _ generator: inout SeededGenerator
  ) {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0:
      let range = generator.portRange()
      ports.insert(range)
      model.formUnion(range.low...range.high)
    case 1, 2, 3:
      let port = generator.port()
      ports.remove(port)
      model.remove(port)
    case 4 where generator.oneIn(4):
      ports.removeAll()
      model.removeAll()
    default:
      let port = generator.port()
      ports.insert(port)
      model.insert(port)
    }
  }

  private static func random(_ generator: inout SeededGenerator) -> (PortSet, Set<UInt16>) {
    var (ports, model) = (PortSet(), Set<UInt16>())
    for _ in 0..<40 { change(&ports, &model, &generator) }
    return (ports, model)
  }
}
