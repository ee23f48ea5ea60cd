extension [UInt8] {
  /// Appends `number` in decimal as ASCII; no allocation beyond the array's own growth.
  public mutating func appendDecimal(_ number: UInt64) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends `number` in lower-case hexadecimal without leading zeros.
  mutating func appendHexadecimal(_ number: UInt16) {
    var shift: UInt16 = 12
    while shift > 0, number >> shift == 0 { shift -= 4 }
    while true {
      let digit = UInt8(truncatingIfNeeded: (number >> shift) & 0xf)
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      guard shift > 0 else { return }
      shift -= 4
    }
  }
}
