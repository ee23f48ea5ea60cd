/// Two secret numbers: each operand of a mixing step gets one, so that nobody who chooses addresses can
/// choose an operand that is zero.
struct HashSeed: Sendable {
  let first: UInt64
  let second: UInt64

  /// Numbers that nobody else knows.
  static func random() -> HashSeed {
    HashSeed(first: .random(in: .min ... .max), second: .random(in: .min ... .max))
  }
}

/// Multiplies to 128 bits and folds: the mixing step of the keys' hashes.
@inline(__always)
func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}
