internal import CLibcrypt

/// A bcrypt hash of a password: "$2y$10$" and 53 letters, as `htpasswd -B` makes it.
public struct BcryptHash: Hashable, Sendable {
  /// The costs that are taken: more than 16 would be seconds of a processor for each question.
  public static let costs = 4...16

  private let text: String
  /// The binary logarithm of the rounds: 10 is about 65 ms of a processor.
  public let cost: Int

  /// The hash that `text` is; nil when it is none, or its cost is none of `costs`.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let letters = bytes.dropFirst(7).allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    guard bytes.count == 60, letters, ["$2a$", "$2b$", "$2y$"].contains(text.prefix(4)),
      bytes[6] == UInt8(ascii: "$"), let cost = Int(text.dropFirst(4).prefix(2)),
      Self.costs.contains(cost)
    else { return nil }
    self.text = text
    self.cost = cost
  }

  /// A hash that no password has, to be asked where there is none: it takes the time that one of `cost` does.
  public static func unmatched(cost: Int) -> BcryptHash? {
    let two = cost < 10 ? "0\(cost)" : "\(cost)"
    return BcryptHash("$2y$\(two)$" + String(repeating: ".", count: 53))
  }

  /// Whether `password` is the one of `hash`, and the rounds that were spent on the answer.
  ///
  /// A wrong password takes as many rounds as the hash of the highest `cost` that there is, whatever `hash` is: so
  /// the time tells neither a name that nobody has (nil) nor one whose hash costs less.
  public static func check(
    _ password: [UInt8], against hash: BcryptHash?, highestCost cost: Int
  ) -> (isRight: Bool, rounds: Int) {
    guard let hash else {
      _ = unmatched(cost: cost)?.matches(password)
      return (false, 1 << cost)
    }
    var rounds = 1 << hash.cost
    if hash.matches(password) { return (true, rounds) }
    // 2^c and 2^c and 2^(c+1) and so on are 2^cost.
    for step in hash.cost..<max(cost, hash.cost) {
      _ = unmatched(cost: step)?.matches(password)
      rounds += 1 << step
    }
    return (false, rounds)
  }

  /// Whether `password` is the one that was hashed. As bcrypt has it, only its first 72 bytes count.
  ///
  /// Takes as long as the cost says, whatever the answer; not for an event loop.
  public func matches(_ password: [UInt8]) -> Bool {
    // SAFETY: crypt_rn gets terminated strings and a buffer of the size that it asks for, all of which live
    // for the call; it returns NULL or a terminated string in the buffer, which is wiped afterwards.
    var state = [UInt8](repeating: 0, count: Int(CLibcrypt_sizeof_crypt_data))
    var phrase = password.map { CChar(bitPattern: $0) } + [0]
    // A byte 0 would end the password early.
    let isWhole = !password.contains(0)
    let made: [UInt8]? = unsafe state.withUnsafeMutableBytes { buffer in
      let hash = unsafe crypt_rn(&phrase, text, buffer.baseAddress, Int32(buffer.count))
      return unsafe hash.map { unsafe Array(String(cString: $0).utf8) }
    }
    for index in state.indices { state[index] = 0 }
    for index in phrase.indices { phrase[index] = 0 }
    guard let made, isWhole, made.count == text.utf8.count else { return false }
    return zip(made, text.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
