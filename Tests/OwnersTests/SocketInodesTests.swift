import Owners
import PropertyTestKit
import Testing

/// The table of inodes and their holders against dictionaries, and shares from samples against the truth.
@Suite struct SocketInodesTests {
  @Test func `numbers are as in a dictionary, in the order of arrival`() {
    for _ in 0..<rounds(30) {
      var generator = SeededGenerator.fresh()
      var table = SocketInodes()
      var model: [UInt32: UInt32] = [:]
      let space = generator.pick([10, 3000, 1_000_000])
      for _ in 0..<generator.small(5000) {
        let inode = UInt32(generator.small(space))
        let number = table.insert(inode)
        if inode != 0, model[inode] == nil { model[inode] = UInt32(model.count + 1) }
        #expect(number == model[inode] ?? 0, "\(generator.replay)")
      }
      #expect(table.count == model.count, "\(generator.replay)")
      for _ in 0..<1000 {
        let inode = UInt32(generator.small(space * 2))
        #expect(table.number(of: inode) == model[inode] ?? 0, "\(generator.replay)")
      }
    }
  }

  @Test(arguments: [false, true])
  func `claims are as in a dictionary: the first counts, another one shares`(_ keepsAll: Bool) {
    for _ in 0..<rounds(30) {
      var generator = SeededGenerator.fresh()
      let count = 1 + generator.small(generator.pick([5, 300, 5000]))
      var holders = SocketHolders(count: count, keepsAll: keepsAll)
      var model: [UInt32: [UInt32]] = [:]
      for owner in 1...20 as ClosedRange<UInt32> {
        // Beyond the last, and none at all, too.
        let numbers = (0..<generator.small(600)).map { _ in UInt32(generator.small(count + 3)) }
        holders.claim(numbers[...], for: owner)
        for number in numbers where number > 0 && number <= count {
          if model[number]?.last != owner { model[number, default: []].append(owner) }
        }
      }
      #expect(holders.unclaimedCount == count - model.count, "\(generator.replay)")
      #expect(holders.sharedCount == model.count { $0.value.count > 1 }, "\(generator.replay)")
      for number in 0...UInt32(count + 2) {
        let expected = model[number] ?? []
        #expect(holders.first(number) == expected.first ?? 0, "\(generator.replay)")
        let all = keepsAll ? expected : Array(expected.prefix(1))
        #expect(holders.all(number) == all, "\(generator.replay)")
      }
    }
  }

  @Test func `a table takes 11 to 22 bytes an inode`() {
    var table = SocketInodes()
    for inode in 1...100_000 as ClosedRange<UInt32> {
      table.insert(inode &* 3)
      if inode > 1000 { #expect(table.byteCount <= Int(inode) * 22) }
    }
  }

  @Test func `the ends of the numbers are harmless`() {
    var table = SocketInodes()
    #expect(table.insert(.max) == 1)
    #expect(table.insert(0) == 0)
    #expect(table.number(of: .max) == 1)
    #expect(table.number(of: 0) == 0)
    var holders = SocketHolders(count: 1)
    holders.claim([0, 1, 2, .max], for: .max)
    #expect(holders.first(1) == SocketHolders.largestHolder)
    #expect(holders.first(0) == 0 && holders.first(2) == 0 && holders.all(.max) == [])
  }

  @Test func `the bounds of a share hold 95 times of 100`() {
    var generator = SeededGenerator.fresh()
    var held = 0, tried = 0
    for _ in 0..<rounds(2000) {
      let total = 100 + generator.small(20_000)
      let truth = generator.small(total + 1)
      let looked = 40 + generator.small(100)
      let hits = (0..<looked).count { _ in generator.small(total) < truth }
      let share = SampledShare(total: total, looked: looked, hits: hits)
      if share.isExact { continue }
      tried += 1
      if share.bounds.contains(truth) { held += 1 }
      #expect(share.bounds.contains(share.estimate), "\(share)")
      #expect(share.bounds.upperBound <= total && share.bounds.lowerBound >= 0)
    }
    // Four standard deviations below 95 of 100.
    #expect(Double(held) > Double(tried) * 0.93, "\(held) of \(tried), \(generator.replay)")
  }

  @Test func `a share of everything is exact, and of nothing is nothing`() {
    #expect(SampledShare(total: 50, looked: 50, hits: 7).bounds == 7...7)
    #expect(SampledShare(total: 50, looked: 60, hits: 7).estimate == 7)
    #expect(SampledShare(total: 50, looked: 0, hits: 0).bounds == 0...50)
    #expect(SampledShare(total: 1000, looked: 100, hits: 0).bounds.lowerBound == 0)
    #expect(SampledShare(total: 1000, looked: 100, hits: 0).bounds.upperBound > 0)
    #expect(SampledShare(total: 1000, looked: 100, hits: 100).bounds.upperBound == 1000)
    #expect(SampledShare(total: -1, looked: -1, hits: 5).estimate == 0)
  }
}
