import Owners
import PropertyTestKit
import Testing

/// The table of inodes against a dictionary, and shares from samples against the truth.
@Suite struct SocketInodesTests {
  @Test func `claims are as in a dictionary: the first counts, another one shares`() {
    for _ in 0..<rounds(30) {
      var generator = SeededGenerator.fresh()
      var table = SocketInodes()
      var model: [UInt32: UInt32] = [:]
      var shared: Set<UInt32> = []
      let space = generator.pick([10, 3000, 1_000_000])
      for _ in 0..<generator.small(5000) {
        let inode = UInt32(generator.small(space))
        table.insert(inode)
        if inode != 0, model[inode] == nil { model[inode] = 0 }
      }
      for owner in 1...20 as ClosedRange<UInt32> {
        let inodes = (0..<generator.small(600)).map { _ in UInt32(generator.small(space)) }
        let hits = table.claim(inodes.span, for: owner)
        #expect(hits == inodes.count { model[$0] != nil && $0 != 0 }, "\(generator.replay)")
        for inode in inodes where model[inode] != nil {
          if model[inode] == 0 { model[inode] = owner }
          if model[inode] != owner { shared.insert(inode) }
        }
      }
      #expect(table.count == model.count, "\(generator.replay)")
      #expect(table.sharedCount == shared.count, "\(generator.replay)")
      #expect(table.unclaimedCount == model.count { $0.value == 0 }, "\(generator.replay)")
      for (inode, owner) in model { #expect(table.number(of: inode) == owner) }
      for _ in 0..<100 {
        let inode = UInt32(generator.small(space * 2))
        #expect(table.number(of: inode) == model[inode], "\(generator.replay)")
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
    table.insert(.max, number: .max)
    #expect(table.number(of: .max) == SocketInodes.largestNumber)
    #expect(table.number(of: 0) == nil)
    let none: [UInt32] = [0, 1, 2]
    #expect(table.claim(none.span, for: 1) == 0)
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
