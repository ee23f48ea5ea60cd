extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
  /// The canonical text: dotted decimal, or RFC 5952 for IPv6. Allocates the string.
  public var description: String {
    var bytes: [UInt8] = []
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the canonical text as ASCII, without allocating beyond the array's own growth.
  public func appendText(to bytes: inout [UInt8]) {
    if isIPv4 {
      for shift in stride(from: 24 as UInt64, through: 0, by: -8) {
        bytes.appendDecimal((low >> shift) & 0xff)
        if shift > 0 { bytes.append(UInt8(ascii: ".")) }
      }
      return
    }
    let zeros = longestZeroRun()
    var index = 0
    while index < 8 {
      if index == zeros.start, zeros.count > 1 {
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: ":"))
        index += zeros.count
        continue
      }
      if index > 0, !(zeros.count > 1 && index == zeros.start + zeros.count) {
        bytes.append(UInt8(ascii: ":"))
      }
      bytes.appendHexadecimal(group(index))
      index += 1
    }
  }

  /// Parses dotted decimal (four parts, no leading zeros) or any RFC 4291 text of an IPv6 address,
  /// with an embedded IPv4 tail or not. No zone, no brackets, no prefix.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    if bytes.contains(UInt8(ascii: ":")) {
      self.init(ipv6Text: bytes)
    } else {
      guard let bits = Self.parseIPv4(bytes[...]) else { return nil }
      self.init(ipv4: bits)
    }
  }

  /// The 16-bit group at `index`, 0 being the leftmost.
  private func group(_ index: Int) -> UInt16 {
    let half = index < 4 ? high : low
    return UInt16(truncatingIfNeeded: half >> UInt64((3 - index % 4) * 16))
  }

  /// The first longest run of zero groups.
  private func longestZeroRun() -> (start: Int, count: Int) {
    var best = (start: 0, count: 0)
    var start = 0
    for index in 0..<8 where group(index) != 0 || index == 7 {
      let end = group(index) == 0 ? index + 1 : index
      if end - start > best.count { best = (start, end - start) }
      start = index + 1
    }
    return best
  }

  private static func parseIPv4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
        part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let value = UInt8(String(decoding: part, as: UTF8.self))
      else { return nil }
      bits = bits << 8 | UInt32(value)
    }
    return bits
  }

  /// One to four hexadecimal digits. By hand: the standard library's parser takes "+1" and "-0" too.
  private static func parseGroup(_ bytes: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(bytes.count) else { return nil }
    var group: UInt16 = 0
    for byte in bytes {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      group = group << 4 | UInt16(digit)
    }
    return group
  }

  private init?(ipv6Text bytes: [UInt8]) {
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var sawGap = false
    var rest = bytes[...]
    if rest.starts(with: [UInt8(ascii: ":"), UInt8(ascii: ":")]) {
      sawGap = true
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: ":") }
      rest = rest.dropFirst(part.count)
      var groups: [UInt16] = []
      if rest.isEmpty, part.contains(UInt8(ascii: ".")) {
        guard let bits = Self.parseIPv4(part) else { return nil }
        groups = [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
      } else {
        guard let group = Self.parseGroup(part) else { return nil }
        groups = [group]
      }
      if sawGap { tail += groups } else { head += groups }
      guard !rest.isEmpty else { break }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: ":") {
        guard !sawGap else { return nil }
        sawGap = true
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = head.count + tail.count
    guard sawGap ? count <= 7 : count == 8 else { return nil }
    let groups = head + Array(repeating: 0, count: 8 - count) + tail
    let halves = (groups[0..<4], groups[4..<8])
    self.init(
      high: halves.0.reduce(0) { $0 << 16 | UInt64($1) },
      low: halves.1.reduce(0) { $0 << 16 | UInt64($1) })
  }
}
