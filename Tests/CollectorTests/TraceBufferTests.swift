import PropertyTestKit
import Testing

@testable import HostFacts

/// Pages of a trace buffer as the kernel writes them: whole, padded, damaged; and its statistics.
@Suite struct TraceBufferTests {
  private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
  }

  private static func header(_ kind: UInt32, _ delta: UInt32 = 0) -> [UInt8] {
    bytes(kind | delta << 5)
  }

  private static func page(_ time: UInt64, _ records: [UInt8], flags: UInt64 = 0) -> [UInt8] {
    bytes(time) + bytes(UInt64(records.count) | flags) + records
  }

  private struct Event: Equatable {
    var raw: [UInt8]
    var time: UInt64
  }

  private func walk(_ bytes: [UInt8]) -> [Event] {
    var page = TraceBufferPage(bytes.span), events: [Event] = []
    while let record = page.next() {
      events.append(
        Event(raw: record.raw.indices.map { record.raw[$0] }, time: record.nanoseconds))
    }
    return events
  }

  @Test func `events of both lengths come with their times`() {
    let records =
      Self.header(2, 5) + [1, 2, 3, 4, 5, 6, 7, 8]
      + Self.header(0, 7) + Self.bytes(UInt32(8)) + [9, 9, 9, 9]
    #expect(
      walk(Self.page(100, records)) == [
        Event(raw: [1, 2, 3, 4, 5, 6, 7, 8], time: 105), Event(raw: [9, 9, 9, 9], time: 112),
      ])
  }

  @Test func `lost events are marked above the length, and do not change it`() {
    let records = Self.header(1) + [1, 2, 3, 4]
    for flags in [UInt64(1) << 31, 1 << 30, 3 << 30] {
      #expect(walk(Self.page(1, records, flags: flags)).count == 1)
    }
  }

  @Test func `time goes on over what does not fit into 27 bits`() {
    let event = Self.header(1, 1) + [0, 0, 0, 0]
    let extended = Self.header(30, 3) + Self.bytes(UInt32(2)) + event
    let two: UInt64 = 2 << 27
    #expect(walk(Self.page(10, extended)).map(\.time) == [two + 14])
    let absolute = Self.header(31, 3) + Self.bytes(UInt32(2)) + event
    let top: UInt64 = 0x1800_0000_0000_0000
    #expect(walk(Self.page(top | 10, absolute)).map(\.time) == [top + two + 4])
  }

  @Test func `padding is passed over, and the last one ends the page`() {
    let event = Self.header(1) + [7, 7, 7, 7]
    let discarded = Self.header(29, 1) + Self.bytes(UInt32(8)) + [0, 0, 0, 0]
    let rest = Self.header(29, 0) + Self.bytes(UInt32(4))
    #expect(walk(Self.page(0, discarded + event + rest + event)).count == 1)
  }

  @Test func `what cannot be a record ends the walk`() {
    let event = Self.header(1) + [7, 7, 7, 7]
    let damaged: [[UInt8]] = [
      Self.header(28) + [1], Self.header(0), Self.header(0) + Self.bytes(UInt32(3)),
      Self.header(0) + Self.bytes(UInt32.max), Self.header(29, 1) + Self.bytes(UInt32.max),
      Self.header(30), [1, 2, 3],
    ]
    for end in damaged { #expect(walk(Self.page(0, event + end)).count == 1, "\(end)") }
    for length in 0..<20 {
      #expect(walk(Array(Self.page(0, event).prefix(length))).count == 0, "\(length) bytes")
    }
  }

  @Test func `no bytes make a walk endless or leave the page`() {
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(20_000) {
      var bytes = (0..<Int.random(in: 0...96, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      if bytes.count >= 16, Bool.random(using: &random) {
        bytes.replaceSubrange(8..<16, with: Self.bytes(UInt64(bytes.count)))
      }
      #expect(walk(bytes).count * 4 <= bytes.count, "seed \(random.seed): \(bytes)")
    }
  }

  @Test func `statistics are the events that came, lost ones too`() {
    let text = """
      entries: 85
      overrun: 2915
      commit overrun: 0
      bytes: 6512
      oldest event ts: 33154.246180
      now ts: 33154.265859
      dropped events: 3
      read events: 40

      """
    let bytes = Array(text.utf8)
    let whole = TraceBufferStatistics(bytes.span)
    #expect(whole?.events == 3043 && whole?.lost == 2918)
    for line in ["entries", "overrun", "dropped", "read"] {
      let rest = text.split(separator: "\n").filter { !$0.hasPrefix(line) }
      let cut = Array(rest.joined(separator: "\n").utf8)
      let found = TraceBufferStatistics(cut.span)
      #expect(found == nil, "without \(line)")
    }
    let none: [UInt8] = []
    let found = TraceBufferStatistics(none.span)
    #expect(found == nil)
  }
}
