internal import Passwords

/// Credentials that were found to be right, as digests with a key of this process: the passwords are not kept.
struct VerifiedCredentials {
  private static let limit = 64
  private var digests: Set<Digest> = []
  private let salts = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  /// 128 bits of keyed SipHash.
  private struct Digest: Hashable {
    let high: Int
    let low: Int
  }

  /// Whether these were right for just this hash.
  func contains(_ credentials: BasicCredentials, _ hash: BcryptHash) -> Bool {
    digests.contains(digest(credentials, hash))
  }

  /// Remembers that they were; forgets all others where there is no room.
  mutating func insert(_ credentials: BasicCredentials, _ hash: BcryptHash) {
    if digests.count >= Self.limit { digests.removeAll(keepingCapacity: true) }
    digests.insert(digest(credentials, hash))
  }

  private func digest(_ credentials: BasicCredentials, _ hash: BcryptHash) -> Digest {
    func half(_ salt: UInt64) -> Int {
      var hasher = Hasher()
      hasher.combine(salt)
      hasher.combine(hash)
      hasher.combine(credentials)
      return hasher.finalize()
    }
    return Digest(high: half(salts.0), low: half(salts.1))
  }
}
