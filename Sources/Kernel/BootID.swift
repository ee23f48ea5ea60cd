/// The identity of one boot of the kernel: 128 random bits that a reboot changes.
///
/// Source: /proc/sys/kernel/random/boot_id; drivers/char/random.c, proc_do_uuid().
public struct BootID: Hashable, Sendable {
  /// The first eight bytes as written, the most significant first.
  public var high: UInt64
  /// The last eight bytes as written.
  public var low: UInt64

  /// The identity of these bits.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads "8be4df61-93ca-11d2-aa0d-00e098032b8c"; nil for anything but 32 hexadecimal digits between dashes.
  public init?(_ text: some StringProtocol) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    // A sign is a number's, not a digit.
    guard digits.count == 32, !digits.contains(UInt8(ascii: "+")),
      let text = String(validating: digits, as: UTF8.self),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The identity of the running kernel's boot. Costs the three system calls of a small file.
  public static func current() throws(SystemCallError) -> BootID {
    let path = "/proc/sys/kernel/random/boot_id"
    let bytes = try KernelFile.read(path, limit: 128)
    guard let identity = BootID(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)) else {
      throw SystemCallError("understand", path, .invalid)
    }
    return identity
  }
}

extension BootID: CustomStringConvertible {
  /// "8be4df61-93ca-11d2-aa0d-00e098032b8c".
  public var description: String {
    var text = ""
    for (index, byte) in [high, low].enumerated() {
      for shift in stride(from: 60, through: 0, by: -4) {
        text += String(byte >> UInt64(shift) & 15, radix: 16)
        let position = index * 16 + (60 - shift) / 4
        if [7, 11, 15, 19].contains(position) { text += "-" }
      }
    }
    return text
  }
}
