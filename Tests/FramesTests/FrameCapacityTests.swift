import Frames
import FramesTestKit
import Inet
import Pools
import PropertyTestKit
import Testing

/// What does not fit is left out, in the order of what matters, and accounted for.
@Suite struct FrameCapacityTests {
  @Test func `slots have room for as many pools as the ring's page says`() {
    #expect(FrameCapacity(wordCount: 8192 / 8 - 4).pools == 24)
    #expect(FrameCapacity(wordCount: 12_288 / 8 - 4).pools == 41)
    #expect(FrameCapacity(wordCount: 10_240 / 8 - 4).pools == 32)
    #expect(FrameCapacity(wordCount: 296).pools == 0)
  }

  @Test func `shared pools stay, the first others stay, and the remainder knows the rest`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    for _ in 0..<rounds(300) {
      var frame = generator.frame(poolCount: generator.small(120))
      frame.owners = (0..<generator.small(20)).map { _ in generator.ownerRecord() }
      frame.alarms = (0..<generator.small(20)).map { _ in generator.alarmRecord() }
      frame.findings = (0..<generator.small(20)).map { _ in generator.findingRecord() }
      frame.pools = frame.pools.map { generator.poolRecord($0.key, ownerCount: frame.owners.count) }
      let capacity = FrameCapacity(wordCount: 296 + 30 * 10 + generator.small(1500))
      frame.write(into: &words, capacity: capacity)
      try #require(words.count <= capacity.wordCount, "\(generator.replay)")
      let read = try Frame(words.span)
      try #require(read.pools.count == min(frame.pools.count, capacity.pools))
      try #require(
        read.pools.count(where: \.isShared) == frame.pools.count(where: \.isShared),
        "\(generator.replay)")
      try expectAccount(of: read, for: frame, "\(generator.replay)")
      #expect(read.owners.count == min(8, frame.owners.count))
      #expect(read.alarms == Array(frame.alarms.prefix(8)))
      #expect(read.findings == Array(frame.findings.prefix(6)))
    }
  }

  private func expectAccount(of read: Frame, for frame: Frame, _ replay: String) throws {
    let listed = Set(read.pools.map(\.key))
    let wanted = frame.pools.filter { listed.contains($0.key) }
    // The order stays, and the others are the first ones.
    try #require(read.pools.map(\.key) == wanted.map(\.key), "\(replay)")
    let others = frame.pools.filter { !$0.isShared }
    let kept = others.count { listed.contains($0.key) }
    try #require(others.prefix(kept).allSatisfy { listed.contains($0.key) }, "\(replay)")
    let left = others.dropFirst(kept)
    let connects = left.filter { $0.key.kind == .connect }
    let addresses = left.filter { $0.key.kind != .connect }
    var other = frame.other
    other.pools += connects.count
    other.inUseMaximum = max(
      other.inUseMaximum, connects.map { Int($0.inUse.maximum) }.max() ?? 0)
    other.addressInUseMaximum = max(
      other.addressInUseMaximum, addresses.map { Int($0.inUse.maximum) }.max() ?? 0)
    try #require(read.other == other, "\(replay)")
    // Owners that there was no room for are forgotten by the pools too.
    for (pool, before) in zip(read.pools, wanted) {
      let named = frame.owners(of: before).filter { owner in
        read.owners.contains { $0.kind == owner.kind && $0.id == owner.id }
      }
      try #require(read.owners(of: pool) == named, "\(replay)")
    }
  }

  @Test func `texts are cut between characters, to the bytes that there are`() throws {
    let cases: [(text: String, byteCount: Int, kept: String)] = [
      (String(repeating: "a", count: 48), 48, String(repeating: "a", count: 48)),
      (String(repeating: "a", count: 49), 48, String(repeating: "a", count: 48)),
      (String(repeating: "a", count: 47) + "ü", 48, String(repeating: "a", count: 47)),
      (String(repeating: "a", count: 46) + "üb", 48, String(repeating: "a", count: 46) + "ü"),
      (String(repeating: "a", count: 45) + "🙂", 48, String(repeating: "a", count: 45)),
      (String(repeating: "🙂", count: 13), 48, String(repeating: "🙂", count: 12)),
      ("a\0b", 48, "a"), ("", 48, ""),
    ]
    var frame = Scenario.filling(seconds: 1).frames[0]
    var words: [UInt64] = []
    for (text, byteCount, kept) in cases {
      frame.owners = [OwnerRecord(kind: .user, id: 1, name: text, ports: 1, timeWait: 0)]
      frame.write(into: &words, capacity: FrameCapacity(wordCount: 1020))
      let name = try Frame(words.span).owners[0].name
      #expect(name == kept)
      #expect(name.utf8.count <= byteCount)
    }
  }

  @Test func `an event's text is cut to 512 bytes`() throws {
    var generator = SeededGenerator.fresh()
    var words: [UInt64] = []
    for length in [0, 1, 7, 8, 9, 510, 511, 512, 513, 2000] {
      for piece in ["x", "€", "🙂"] {
        var event = generator.event()
        event.text = "·" + String(repeating: piece, count: length)
        event.write(into: &words)
        let read = try Event(words.span)
        try #require(words.count <= FrameLayout.eventWordCount)
        #expect(event.text.hasPrefix(read.text))
        #expect(read.text.utf8.count <= 512)
        #expect(read.text.utf8.count > min(event.text.utf8.count, 512) - 4)
      }
    }
  }
}
