import Kernel
import OutputTestKit
import PropertyTestKit
import RingFuzz
import Testing

@testable import Ring

/// Whatever stands in a file, a reader ends, and shows nothing that was not published.
@Suite struct ArbitraryBytesTests {
  @Test func `thousands of damaged rings are read without a trap`() throws {
    var generator = SeededGenerator.fresh()
    print("\(generator.replay) damages the rings of ArbitraryBytesTests; a trap needs it")
    let rings =
      try [0, 2, 6, 300].map { try SmallRing.bytes($0, events: $0 / 2) }
      + Self.corpus().filter { $0.0.hasPrefix("recording") }.map(\.1)
    for round in 0..<rounds(4000) {
      var bytes = generator.pick(rings)
      Self.damage(&bytes, &generator)
      // Every second header is made right again, or little behind it would ever be reached.
      readRing([UInt8(round % 2)] + bytes)
    }
  }

  @Test func `thousands of damaged excerpts are mirrored without a trap`() throws {
    var generator = SeededGenerator.fresh()
    print("\(generator.replay) damages the excerpts of ArbitraryBytesTests; a trap needs it")
    let excerpts = try Self.corpus().filter { $0.0.hasPrefix("excerpt") }.map(\.1)
    for round in 0..<rounds(2000) {
      var bytes = generator.pick(excerpts)
      Self.damage(&bytes, &generator)
      readRing([UInt8(2 + round % 2)] + bytes)
    }
  }

  @Test func `what a damaged ring still shows was published`() throws {
    var generator = SeededGenerator.fresh()
    let whole = try SmallRing.bytes(6, events: 2)
    var shownCount = 0
    for _ in 0..<rounds(3000) {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        // Behind the header: slots, and the heads before them.
        let offset = generator.oneIn(4) ? RingLayout.headsOffset : RingLayout.headerByteCount
        let word = offset / 8 + Int.random(in: 0..<((bytes.count - offset) / 8), using: &generator)
        bytes[word: word * 8] = Self.word(&generator)
      }
      guard var reader = try? RingReader(bytes: bytes) else { continue }
      var words: [UInt64] = []
      for tier in 0..<2 {
        for number: UInt64 in 0..<12 {
          guard
            case .published(let count) = try reader.read(tier: tier, number: number, into: &words)
          else { continue }
          shownCount += 1
          #expect(Array(words[..<count]) == SmallRing.words(number), "\(generator.replay)")
        }
      }
    }
    #expect(shownCount > 3000)
  }

  @Test func `random bytes are no ring`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(300) {
      let count = Int.random(in: 0...9000, using: &generator)
      readRing((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
  }

  @Test func `the fuzzer's inputs are read, whole and cut`() throws {
    let folder =
      #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "/") + "/Fuzz/RingCorpus"
    if Environment.value("UPDATE_GOLDEN") == "1" {
      for (name, file) in try Self.corpus() {
        let options: UInt8 = name.hasPrefix("excerpt") ? 2 : 0
        try TestFile.write([options] + file, to: "\(folder)/\(name)")
      }
    }
    let names = try Directory.names(in: folder)
    #expect(names.count >= 5)
    for name in names {
      let input = try KernelFile.read("\(folder)/\(name)", limit: 1 << 17)
      readRing(input)
      for length in stride(from: 0, to: input.count, by: 131) { readRing(Array(input[..<length])) }
    }
  }

  /// What the fuzzer starts from: one ring of each sort.
  private static func corpus() throws -> [(String, [UInt8])] {
    let sound = try SmallRing.bytes(3, events: 1)
    var files = [("empty", try SmallRing.bytes(0)), ("sound", sound)]
    files.append(("lapped", try SmallRing.bytes(11, events: 8)))
    let changes: [(String, Int, UInt64)] = [
      ("torn", 4096 + 256, RingLayout.writing(2)), ("corrupt-slot", 4096 + 128 + 40, 1),
      ("long-slot", 4096 + 8, .max), ("other-version", 8, 2), ("head-far", 1088, 1 << 61),
      ("head-impossible", 1088, 1 << 63),
    ]
    for (name, offset, word) in changes {
      var file = sound
      file[word: offset] = word
      files.append((name, file))
    }
    for (name, count) in [("excerpt", 3), ("excerpt-lapped", 11)] as [(String, UInt64)] {
      var reader = try RingReader(bytes: SmallRing.bytes(count, events: 1))
      let excerpt = try reader.excerpt(
        tier: 0, from: 0, realtimeNanoseconds: 1, byteCountMax: 1 << 16)
      files.append((name, excerpt))
    }
    let directory = TemporaryDirectory()
    let path = directory.file("recording")
    var writer = try SmallRing.recording(path)
    try SmallRing.publish(&writer, 11)
    try SmallRing.publish(&writer, 5, tier: 1)
    let recording = try KernelFile.read(path, limit: 1 << 20)
    files.append(("recording", recording))
    files.append(("recording-cut", Array(recording[..<5000])))
    var ahead = recording
    ahead[word: RingLayout.headsOffset] = 1 << 30
    files.append(("recording-ahead", ahead))
    return files
  }

  private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0:
        let index = Int.random(in: bytes.indices, using: &generator)
        bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1:
        let place = Int.random(in: 0..<RingLayout.checksumOffset / 8, using: &generator)
        bytes[word: place * 8] = word(&generator)
      case 2:
        let place = Int.random(in: 0..<bytes.count / 8, using: &generator)
        bytes[word: place * 8] = word(&generator)
      case 3:
        let place = RingLayout.tierTableOffset / 8 + Int.random(in: 0..<16, using: &generator)
        bytes[word: place * 8] = word(&generator)
      default:
        if generator.oneIn(10) {
          let count = max(4096, Int.random(in: 0...bytes.count, using: &generator))
          bytes.removeLast(max(0, bytes.count - count))
        }
      }
    }
  }

  /// Any word; borders of what a field can be are as frequent as all others.
  private static func word(_ generator: inout SeededGenerator) -> UInt64 {
    generator.oneIn(2)
      ? generator.pick([
        0, 1, 2, 3, 4, 8, 9, 63, 64, 128, 4096, 1 << 20, 1 << 22, 1 << 31, 1 << 32, 1 << 61,
        1 << 62,
        1 << 63, .max, .max - 1,
      ])
      : UInt64.random(in: .min ... .max, using: &generator)
  }
}
