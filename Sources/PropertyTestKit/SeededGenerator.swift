import Glibc

/// Random numbers that can be had again: SplitMix64 from a seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The seed, for the failure's message.
  public let seed: UInt64
  private var state: UInt64

  /// The generator of `seed`.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// A generator whose seed is ULLAGE_TEST_SEED from the environment, or else random.
  public static func fresh() -> SeededGenerator {
    // SAFETY: getenv returns NULL or a terminated string; no test changes the environment.
    if let pointer = unsafe getenv("ULLAGE_TEST_SEED"),
      let seed = UInt64(unsafe String(cString: pointer))
    {
      return SeededGenerator(seed: seed)
    }
    return SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
  }

  /// How to get the same numbers again: "ULLAGE_TEST_SEED=4711".
  public var replay: String { "ULLAGE_TEST_SEED=\(seed)" }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to `limit` - 1.
  public mutating func small(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  /// True once in `count` times.
  public mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

  /// One of `choices`, which must not be empty.
  public mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int.random(in: choices.indices, using: &self)]
  }
}
