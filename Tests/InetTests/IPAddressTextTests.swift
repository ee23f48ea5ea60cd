import Glibc
import Inet
import PropertyTestKit
import Testing

/// The texts of addresses against the C library's, and against RFC 5952.
@Suite struct IPAddressTextTests {
  @Test func `random addresses are written as inet_ntop writes them`() {
    var generator = SeededGenerator.fresh()
    let replay = generator.replay
    for _ in 0..<5000 {
      let address = generator.address()
      // inet_ntop still writes ::1.2.3.4 for the deprecated compatible addresses; we do not.
      if address.high == 0, !address.isIPv4, address.low >> 32 == 0, address.low >> 16 != 0 {
        continue
      }
      let text = address.description
      #expect(text == CLibraryText.of(address), "\(replay)")
      if text != CLibraryText.of(address) { return }
    }
  }

  @Test func `random addresses survive the way through text`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<5000 {
      let address = generator.address()
      #expect(IPAddress(address.description) == address, "\(generator.replay)")
    }
  }

  @Test func `texts made of likely pieces are read as inet_pton reads them`() {
    var generator = SeededGenerator.fresh()
    let pieces = [
      ":", "::", ":", ".", "0", "1", "ffff", "ABCD", "00001", "g", "-0", "+1", " ", "256",
      "1.2.3.4",
      "01", "10", "%", "\u{0}", "٣", "2001:db8", "0:0:0",
    ]
    for _ in 0..<50_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...16, using: &generator) { text += generator.pick(pieces) }
      let expected = CLibraryText.parse(text)
      let got = IPAddress(text)
      #expect(got == expected, "\(text.debugDescription) \(generator.replay)")
      if got != expected { return }
    }
  }

  @Test func `random addresses with one character changed are read as inet_pton reads them`() {
    var generator = SeededGenerator.fresh()
    let characters = Array(":.0123456789abcdefABCDEFg-+ /".utf8)
    for _ in 0..<20_000 {
      var text = Array(generator.address().description.utf8)
      let index = Int.random(in: text.indices, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: text[index] = generator.pick(characters)
      case 1: text.insert(generator.pick(characters), at: index)
      default: text.remove(at: index)
      }
      let damaged = String(decoding: text, as: UTF8.self)
      #expect(IPAddress(damaged) == CLibraryText.parse(damaged), "\(damaged) \(generator.replay)")
      if IPAddress(damaged) != CLibraryText.parse(damaged) { return }
    }
  }

  @Test(arguments: [
    ("2001:0db8::0001", "2001:db8::1"),  // 4.1 leading zeros
    ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),  // 4.2.1 shorten as much as possible
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  // 4.2.2 not one group alone
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  // 4.2.3 the longest run
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  // 4.2.3 the first of equal runs
    ("2001:DB8::AAAA", "2001:db8::aaaa"),  // 4.3 lower case
    ("0:0:0:0:0:0:0:0", "::"),
    ("0:0:0:0:0:0:0:1", "::1"),
    ("1:0:0:0:0:0:0:0", "1::"),
    ("0:0:0:0:0:0:1:0", "::1:0"),
    ("::ffff:10.1.2.3", "10.1.2.3"),
    ("::ffff:a01:203", "10.1.2.3"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("255.255.255.255", "255.255.255.255"),
  ])
  func `an address is written in its canonical form`(_ text: String, _ canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4",
    "1.2.3.256",
    "1.2.3.-4", "+1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1:2:3:4:5:6:7", ":1", "1:",
    "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::",
    "-0::", "::-0", "::+1", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
    "::1%lo",
    "[::1]", "::1/128",
  ])
  func `a malformed text is no address`(_ text: String) {
    #expect(IPAddress(text) == nil)
    #expect(CLibraryText.parse(text) == nil)
  }
}

/// The C library's reading and writing of addresses.
enum CLibraryText {
  static func of(_ address: IPAddress) -> String {
    var bytes: [UInt8] = []
    for half in [address.high, address.low] {
      for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: half >> shift))
      }
    }
    if address.isIPv4 { bytes.removeFirst(12) }
    var text = [CChar](repeating: 0, count: 64)
    // SAFETY: the source has the 4 or 16 bytes of its family; the text has room for 64.
    guard unsafe inet_ntop(address.isIPv4 ? AF_INET : AF_INET6, bytes, &text, 64) != nil else {
      return "inet_ntop failed"
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func parse(_ text: String) -> IPAddress? {
    // The C library would stop at a zero byte and like what stands before it.
    if text.utf8.contains(0) { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    // SAFETY: the destination has 16 bytes, as many as the longer family needs.
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
      return IPAddress(ipv4: bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) })
    }
    guard unsafe inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
    return IPAddress(
      high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
  }
}
