/// A number of bytes as people write it: "64MiB", "512KiB", "1GiB", "67108864".
public struct ByteCount: Hashable, Sendable {
  /// The number.
  public var bytes: Int

  /// The sizes that the rings of all namespaces may have together: 1 MiB to 1 TiB.
  public static let ofRings = (1 << 20)...(1 << 40)

  /// Parses a whole number, with KiB, MiB, GiB or TiB behind it (K, M, G and T mean the same); nil when it
  /// is none, or more than there can be.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), let shift = Self.shifts[String(text.dropFirst(digits.count))]
    else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: 1 << shift)
    if overflows { return nil }
    self.bytes = bytes
  }

  private static let shifts = [
    "": 0, "K": 10, "KiB": 10, "M": 20, "MiB": 20, "G": 30, "GiB": 30, "T": 40, "TiB": 40,
  ]
}
