import Inet
import PropertyTestKit
import Testing

@testable import HostFacts

/// The description of the tracepoint, as kernels write it and damaged; and records by it.
@Suite struct TracepointTests {
  /// Of 6.18.
  static let format = """
    name: inet_sock_set_state
    ID: 2287
    format:
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
    \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;
    \tfield:__u16 protocol;\toffset:30;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:36;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:56;\tsize:16;\tsigned:0;

    print fmt: "family=%s", __print_symbolic(REC->family, { 2, "AF_INET" }, { 10, "AF_INET6" })

    """

  private func layout(_ text: String) throws -> ConnectFailureLayout {
    let tracepoint = try #require(Tracepoint(format: Array(text.utf8)))
    return try #require(ConnectFailureLayout(tracepoint))
  }

  /// A record of 72 bytes.
  private func record(
    family: UInt8, source: [UInt8] = [0, 0, 0, 0], destination: [UInt8] = [0, 0, 0, 0],
    sourceIPv6: [UInt8] = Array(repeating: 0, count: 16),
    destinationIPv6: [UInt8] = Array(repeating: 0, count: 16)
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 72)
    bytes[26] = 0xbb
    bytes[27] = 0x01
    bytes[28] = family
    bytes.replaceSubrange(32..<36, with: source)
    bytes.replaceSubrange(36..<40, with: destination)
    bytes.replaceSubrange(40..<56, with: sourceIPv6)
    bytes.replaceSubrange(56..<72, with: destinationIPv6)
    return bytes
  }

  @Test func `number and fields are read where the kernel says that they are`() throws {
    let tracepoint = try #require(Tracepoint(format: Array(Self.format.utf8)))
    #expect(tracepoint.number == 2287)
    #expect(tracepoint.fields.count == 14)
    #expect(tracepoint.fields["dport"] == .init(offset: 26, size: 2))
    #expect(tracepoint.fields["saddr_v6"] == .init(offset: 40, size: 16))
    #expect(tracepoint.fields["skaddr"] == .init(offset: 8, size: 8))
    #expect(try layout(Self.format).number == 2287)
  }

  @Test func `tuples are read, mapped addresses folded`() throws {
    let layout = try layout(Self.format)
    let ipv4 = record(family: 2, source: [10, 0, 0, 5], destination: [10, 1, 2, 3])
    let expected = ConnectFailureLayout.Tuple(
      source: IPAddress(ipv4: 0x0a00_0005), destination: IPAddress(ipv4: 0x0a01_0203), port: 443)
    #expect(layout.tuple(ipv4.span) == expected)
    let mapped = record(
      family: 10, source: [10, 0, 0, 5], destination: [10, 1, 2, 3],
      destinationIPv6: Array(repeating: 0, count: 10) + [255, 255, 10, 1, 2, 3])
    #expect(layout.tuple(mapped.span) == expected)
    let ipv6 = record(
      family: 10, sourceIPv6: [0x20, 1] + Array(repeating: 0, count: 13) + [9],
      destinationIPv6: Array(repeating: 0, count: 15) + [1])
    #expect(
      layout.tuple(ipv6.span)
        == .init(
          source: IPAddress(high: 0x2001_0000_0000_0000, low: 9),
          destination: IPAddress(high: 0, low: 1), port: 443))
  }

  @Test func `records that are too short or of another family are none`() throws {
    let layout = try layout(Self.format)
    let whole = record(family: 10)
    for count in 0..<72 {
      let short = Array(whole.prefix(count))
      #expect(layout.tuple(short.span) == nil, "\(count)")
    }
    #expect(layout.tuple(record(family: 1).span) == nil)
  }

  @Test func `another layout is followed, and an unknown one refused`() throws {
    let moved = Self.format.replacing("offset:26", with: "offset:90")
    var bytes = record(family: 2) + Array(repeating: 0, count: 20)
    bytes[90] = 7
    #expect(try layout(moved).tuple(bytes.span)?.port == 7)
    for field in ["oldstate", "sport", "dport", "family", "protocol", "saddr", "daddr_v6"] {
      let without = Self.format.replacing(" \(field);", with: " other;")
        .replacing(" \(field)[", with: " other[")
      let tracepoint = try #require(Tracepoint(format: Array(without.utf8)))
      #expect(ConnectFailureLayout(tracepoint) == nil, "\(field)")
    }
    let wider = Self.format.replacing("offset:26;\tsize:2", with: "offset:26;\tsize:4")
    #expect(ConnectFailureLayout(try #require(Tracepoint(format: Array(wider.utf8)))) == nil)
    #expect(Tracepoint(format: Array(Self.format.replacing("ID: ", with: "no: ").utf8)) == nil)
    #expect(Tracepoint(format: []) == nil)
  }

  @Test func `fields that cannot be are left out`() {
    for bad in ["-1", "99999999999999999999", "8190", "x", ""] {
      let text = Self.format.replacing("offset:56", with: "offset:\(bad)")
      let tracepoint = Tracepoint(format: Array(text.utf8))
      #expect(tracepoint?.fields["daddr_v6"] == nil, "\(bad)")
    }
  }

  @Test func `any damage is a description or none, and never a crash`() {
    var generator = SeededGenerator.fresh()
    let bytes = record(family: 10)
    for _ in 0..<rounds(500) {
      var text = Array(Self.format.utf8)
      for _ in 0..<generator.small(20) {
        text[generator.small(text.count)] = UInt8.random(in: 0...255, using: &generator)
      }
      text.removeLast(generator.small(text.count))
      guard let tracepoint = Tracepoint(format: text) else { continue }
      #expect(tracepoint.fields.count <= 256)
      if let layout = ConnectFailureLayout(tracepoint) { _ = layout.tuple(bytes.span) }
    }
  }
}
