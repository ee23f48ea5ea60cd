extension ExpositionWriter {
  /// Appends a number as both formats read it: "28232", "0.805", "+Inf".
  static func append(_ value: MetricValue, to bytes: inout [UInt8]) {
    switch value {
    case .count(let count): append(count, scale: 0, to: &bytes)
    case .nanoseconds(let nanoseconds): append(nanoseconds, scale: 9, to: &bytes)
    case .number(let number): append(number, to: &bytes)
    }
  }

  /// At most nine places; what is too large or too small for that, as short as it can be read back.
  private static func append(_ number: Double, to bytes: inout [UInt8]) {
    guard number.isFinite else {
      bytes += (number.isNaN ? "NaN" : number < 0 ? "-Inf" : "+Inf").utf8
      return
    }
    let magnitude = number.magnitude
    guard magnitude < 1e9, magnitude >= 1e-6 || magnitude == 0 else {
      if magnitude < 1e18, magnitude == magnitude.rounded() {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        return append(UInt64(magnitude), scale: 0, to: &bytes)
      }
      bytes += number.description.utf8
      return
    }
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    append(UInt64((magnitude * 1e9).rounded()), scale: 9, to: &bytes)
  }

  /// `number` / 10^scale, without zeros at the end unless they are kept.
  static func append(
    _ number: UInt64, scale: Int, keepsZeros: Bool = false, to bytes: inout [UInt8]
  ) {
    // The longest has twenty digits.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0, rest = number
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    if count <= scale { bytes.append(UInt8(ascii: "0")) }
    var place = count
    while place > scale {
      place -= 1
      bytes.append(digits[place])
    }
    var last = 0
    if !keepsZeros {
      while last < min(scale, count), digits[last] == UInt8(ascii: "0") { last += 1 }
    }
    if number == 0, !keepsZeros { last = scale }
    guard last < scale else { return }
    bytes.append(UInt8(ascii: "."))
    for place in stride(from: scale - 1, through: last, by: -1) {
      bytes.append(place < count ? digits[place] : UInt8(ascii: "0"))
    }
  }
}
