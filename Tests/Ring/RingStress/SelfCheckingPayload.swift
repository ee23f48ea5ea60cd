/// Words that follow from the tier and the number of their slot, so that any mixture of two is seen.
enum SelfCheckingPayload {
  /// How many words slot `number` has: many different lengths.
  static func wordCount(_ number: UInt64, capacity: Int) -> Int {
    1 + Int(mixed(number) % UInt64(capacity))
  }

  /// Makes `words` the payload of slot `number`.
  static func fill(_ words: inout [UInt64], _ tier: Int, _ number: UInt64, capacity: Int) {
    words.removeAll(keepingCapacity: true)
    let seed = mixed(number &* 8 &+ UInt64(tier))
    for index in 0..<wordCount(number, capacity: capacity) { words.append(seed &+ UInt64(index)) }
  }

  /// Whether the first `count` of `words` are the payload of slot `number`.
  static func isRight(
    _ words: [UInt64], _ count: Int, _ tier: Int, _ number: UInt64, capacity: Int
  ) -> Bool {
    guard count == wordCount(number, capacity: capacity) else { return false }
    let seed = mixed(number &* 8 &+ UInt64(tier))
    for index in 0..<count where words[index] != seed &+ UInt64(index) { return false }
    return true
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
