import Kernel
import OutputTestKit
import PropertyTestKit
import Testing

@testable import Ring
@testable import RingStress

@Suite struct KilledWriterTests {
  /// `kill -9` at random instants, again and again over one file. What had been told to have been published
  /// is there; at most the slot that was being written is lost; the next writer goes on.
  @Test func `a writer that is killed loses at most the slot it was writing`() throws {
    var generator = SeededGenerator.fresh()
    let directory = TemporaryDirectory()
    let path = directory.file("ring")
    let told = directory.file("ring.told")
    try TestFile.write([UInt8](repeating: 0, count: 24), to: told)
    let tiers = StressGeometry.geometry.tiers
    var heads: [UInt64] = [0, 0, 0]
    var lostCount: UInt64 = 0
    var roundsThatWrote = 0
    for round in 0..<200 {
      // Some rounds end before the writer has opened the file; most while it publishes.
      let delay = Int.random(in: 3000...60_000, using: &generator)
      let digits = String(delay + 1_000_000).dropFirst()
      let writer = Program.built("RingStress", ["write", path])
      let run = try Program(
        "/usr/bin/timeout",
        ["--foreground", "-s", "KILL", "0.\(digits)", writer.path] + writer.arguments
      ).run()
      #expect(run.message == "", "round \(round)")
      guard directory.has("ring") else { continue }

      let lastTold = try KernelFile.read(told)
      let successor = try RingWriter(
        path: path, geometry: StressGeometry.geometry, identity: StressGeometry.identity())
      guard case .continued(let lost) = successor.origin else {
        Issue.record("round \(round), \(generator.replay): \(successor.origin)")
        return
      }
      #expect(lost <= 1, "round \(round), \(generator.replay)")
      lostCount += UInt64(lost)
      var reader = try RingReader(path: path)
      #expect(try reader.header().lostSlotCount == lostCount)
      var sum: UInt64 = 0
      for tier in tiers.indices {
        let head = successor.heads[tier]
        let told = lastTold[word: 8 * tier]
        // Past what was told: one that was published and not told, or one that was lost.
        #expect(head >= told && head <= max(told, heads[tier]) + 1, "\(generator.replay)")
        sum += head - max(told, heads[tier])
        if head > heads[tier] + 10 { roundsThatWrote += tier == 0 ? 1 : 0 }
        heads[tier] = head
        try Self.checkSlots(&reader, tier, head, "round \(round), \(generator.replay)")
      }
      #expect(sum <= 1, "round \(round), \(generator.replay)")
    }
    #expect(roundsThatWrote > 50)
    print(
      "killed 200 times, \(roundsThatWrote) while writing: \(heads) published, \(lostCount) lost")
  }

  /// Every number that can be there is there, and right, but for those that were lost.
  private static func checkSlots(
    _ reader: inout RingReader, _ tier: Int, _ head: UInt64, _ hint: String
  ) throws {
    let capacity = reader.geometry.tiers[tier].payloadWordCapacity
    var words: [UInt64] = []
    for number in (try reader.oldest(tier) ?? 0)..<head {
      switch try reader.read(tier: tier, number: number, into: &words) {
      case .published(let count):
        #expect(
          SelfCheckingPayload.isRight(words, count, tier, number, capacity: capacity), "\(hint)")
      case .torn: break
      case let reading: Issue.record("\(hint): slot \(number) of tier \(tier) is \(reading)")
      }
    }
  }
}
