import Inet
import Pools
import PropertyTestKit
import Testing

/// E, R, B and what follows: capacities and the cliff.
@Suite struct PortSpaceTests {
  private static func ports(_ low: Int, _ high: Int, by step: Int = 1) -> PortSet {
    PortSet(stride(from: low, through: high, by: step).map { UInt16($0) })
  }

  private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var low: UInt16 = 32_768
    var high: UInt16 = 60_999
    var reserved: PortSet = []
    var blocked: PortSet = []
    var connectCapacity: Int
    var bindCapacity: Int
    var cliff: Int
  }

  @Test(arguments: [
    Case(
      testDescription: "the kernel's default", connectCapacity: 28_232, bindCapacity: 28_232,
      cliff: 14_116),
    // kernel-semantics.md, section 1: connect() becomes slow at 79.6 % of 17,732.
    Case(
      testDescription: "odd ports 40001 to 60999 reserved", reserved: ports(40_001, 60_999, by: 2),
      connectCapacity: 17_732, bindCapacity: 17_732, cliff: 14_116),
    Case(
      testDescription: "every odd port reserved", reserved: ports(32_769, 60_999, by: 2),
      connectCapacity: 14_116, bindCapacity: 14_116, cliff: 14_116),
    Case(
      testDescription: "every even port reserved", reserved: ports(32_768, 60_998, by: 2),
      connectCapacity: 14_116, bindCapacity: 14_116, cliff: 0),
    Case(
      testDescription: "blocked ports count against connects alone", blocked: ports(40_000, 40_009),
      connectCapacity: 28_222, bindCapacity: 28_232, cliff: 14_111),
    Case(
      testDescription: "a port that is reserved and blocked counts once",
      reserved: ports(40_000, 40_003), blocked: ports(40_002, 40_005), connectCapacity: 28_226,
      bindCapacity: 28_228, cliff: 14_113),
    Case(
      testDescription: "ports outside the range count for nothing",
      reserved: ports(1, 1024), blocked: ports(61_000, 65_535), connectCapacity: 28_232,
      bindCapacity: 28_232, cliff: 14_116),
    Case(
      testDescription: "everything reserved", low: 40_000, high: 40_009,
      reserved: ports(40_000, 40_009), connectCapacity: 0, bindCapacity: 0, cliff: 0),
    Case(
      testDescription: "everything blocked", low: 40_000, high: 40_009,
      blocked: ports(40_000, 40_009), connectCapacity: 0, bindCapacity: 10, cliff: 0),
    Case(
      testDescription: "a range that begins odd tries odd ports first", low: 40_001, high: 40_020,
      reserved: ports(40_001, 40_005, by: 2), connectCapacity: 17, bindCapacity: 17, cliff: 7),
    Case(
      testDescription: "one port", low: 40_001, high: 40_001, connectCapacity: 1, bindCapacity: 1,
      cliff: 1),
    Case(
      testDescription: "every port there is", low: 0, high: 65_535, connectCapacity: 65_536,
      bindCapacity: 65_536, cliff: 32_768),
  ]) private func `capacity and cliff`(_ made: Case) throws {
    let range = try #require(PortRange(low: made.low, high: made.high))
    let space = PortSpace(range: range, reserved: made.reserved, blocked: made.blocked)
    #expect(space.connectCapacity == made.connectCapacity)
    #expect(space.bindCapacity == made.bindCapacity)
    #expect(space.cliff == made.cliff)
  }

  @Test(arguments: [(40_000, 40_019, false), (40_000, 40_020, true), (40_001, 40_001, true)])
  func `an odd number of ports is known as such`(_ low: UInt16, _ high: UInt16, _ isOdd: Bool)
    throws
  {
    let range = try #require(PortRange(low: low, high: high))
    #expect(PortSpace(range: range, reserved: [], blocked: []).isOdd == isOdd)
  }

  @Test func `the sets are those of the model`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<200 {
      let range = generator.portRange()
      let reserved = Set((0..<20).map { _ in generator.port() })
      let blocked = Set((0..<20).map { _ in generator.port() })
      let space = PortSpace(range: range, reserved: PortSet(reserved), blocked: PortSet(blocked))
      let all = Set(range.low...range.high)
      #expect(Set(space.reserved) == reserved.intersection(all), "\(generator.replay)")
      #expect(Set(space.bindable) == all.subtracting(reserved))
      #expect(Set(space.blocked) == all.subtracting(reserved).intersection(blocked))
      let available = all.subtracting(reserved).subtracting(blocked)
      #expect(Set(space.available) == available)
      #expect(space.cliff == available.filter { ($0 - range.low) % 2 == 0 }.count)
    }
  }
}
