/// Who held a socket that is in TIME_WAIT now: the kernel has forgotten, but the cookie is the same.
///
///     shards   256 of [ cookie 8 · owner 30, generation 2: 4 bytes ]   open addressed, 62 to 83 % full
///
/// A pass over the table notes the owners of live sockets and asks for those of the others; what two passes have
/// not seen is forgotten. Each shard grows by a third on its own, so that there are never more than
/// 20 bytes an entry and no pass waits for all to be moved. At the limit newcomers stay out, and are counted.
public struct CookieMemory: Sendable {
  /// The most entries.
  public let limit: Int
  /// The entries.
  public private(set) var count = 0
  /// Questions that had no answer: sockets that never were seen alive.
  public private(set) var missCount: UInt64 = 0
  /// Live sockets that were not remembered, because the limit was reached.
  public private(set) var refusedCount: UInt64 = 0

  private var shards: [Shard]
  private var generation: UInt32 = 0
  private let hashing = CookieHash()

  /// The largest owner.
  public static var largestOwner: UInt32 { 1 << 30 - 1 }

  /// A memory of at most `limit` sockets: 20 MB for a million.
  public init(limit: Int) {
    self.limit = max(0, limit)
    shards = Array(repeating: Shard(), count: 256)
  }

  /// The bytes of all entries and free places.
  public var byteCount: Int { shards.reduce(0) { $0 + $1.byteCount } }

  /// Begins a pass over the table.
  public mutating func beginPass() { generation = (generation &+ 1) & 3 }

  /// A live socket and its owner, at most `largestOwner`. 0 is no cookie.
  public mutating func note(_ cookie: UInt64, owner: UInt32) {
    guard cookie != 0 else { return }
    let hash = hashing(cookie)
    let shard = Int(truncatingIfNeeded: hash >> 56)
    let value = min(owner, Self.largestOwner) << 2 | generation
    if shards[shard].update(cookie, hash, value) { return }
    guard count < limit else {
      refusedCount &+= 1
      return
    }
    shards[shard].insert(cookie, value, hashing)
    count += 1
  }

  /// The owner that a socket had when it was alive; nil, and a miss, when it never was seen so.
  public mutating func owner(of cookie: UInt64) -> UInt32? {
    let hash = hashing(cookie)
    let shard = Int(truncatingIfNeeded: hash >> 56)
    guard cookie != 0, let value = shards[shard].value(of: cookie, hash) else {
      missCount &+= 1
      return nil
    }
    if value & 3 != generation { _ = shards[shard].update(cookie, hash, value & ~3 | generation) }
    return value >> 2
  }

  /// Ends a pass that saw the whole table: forgets what neither this one nor the one before has seen.
  /// After a pass that was broken off, do not call it.
  public mutating func endPass() {
    let current = generation, before = (generation &- 1) & 3
    count = 0
    for index in shards.indices {
      shards[index].keep(hashing) { $0 & 3 == current || $0 & 3 == before }
      count += shards[index].count
    }
  }
}

/// Spreads cookies, which the kernel counts up.
private struct CookieHash: Sendable {
  private let multiplier = UInt64.random(in: .min ... .max) | 1

  func callAsFunction(_ cookie: UInt64) -> UInt64 {
    let product = cookie.multipliedFullWidth(by: multiplier)
    return (product.high ^ product.low) &* 0x9e37_79b9_7f4a_7c15
  }
}

/// A part of the memory: a table of its own.
private struct Shard: Sendable {
  private(set) var count = 0
  private var cookies: [UInt64] = []
  private var values: [UInt32] = []

  var byteCount: Int {
    cookies.capacity * MemoryLayout<UInt64>.stride + values.capacity * MemoryLayout<UInt32>.stride
  }

  func value(of cookie: UInt64, _ hash: UInt64) -> UInt32? {
    guard let place = place(of: cookie, hash) else { return nil }
    return cookies[place] == 0 ? nil : values[place]
  }

  mutating func update(_ cookie: UInt64, _ hash: UInt64, _ value: UInt32) -> Bool {
    guard let place = place(of: cookie, hash), cookies[place] != 0 else { return false }
    values[place] = value
    return true
  }

  /// Adds a cookie that is not there.
  mutating func insert(_ cookie: UInt64, _ value: UInt32, _ hash: CookieHash) {
    if (count + 1) * 6 > cookies.count * 5 { rebuild(places: max(8, cookies.count * 4 / 3), hash) }
    guard let place = place(of: cookie, hash(cookie)) else { return }
    cookies[place] = cookie
    values[place] = value
    count += 1
  }

  /// Removes what is not kept, and gives back memory where most of it went.
  mutating func keep(_ hash: CookieHash, _ isKept: (UInt32) -> Bool) {
    var kept = 0
    for index in cookies.indices where cookies[index] != 0 {
      if isKept(values[index]) { kept += 1 } else { cookies[index] = 0 }
    }
    if kept == count { return }
    let sparse = kept * 8 < cookies.count * 5
    rebuild(places: sparse ? (kept * 4 + 2) / 3 : cookies.count, hash)
  }

  private mutating func rebuild(places: Int, _ hash: CookieHash) {
    let (oldCookies, oldValues) = (cookies, values)
    // Exactly as many: an array that grows by itself doubles.
    cookies = Array(repeating: 0, count: places)
    values = Array(repeating: 0, count: places)
    count = 0
    for index in oldCookies.indices where oldCookies[index] != 0 {
      guard let place = place(of: oldCookies[index], hash(oldCookies[index])) else { continue }
      cookies[place] = oldCookies[index]
      values[place] = oldValues[index]
      count += 1
    }
  }

  /// Where `cookie` is, or would be; nil in an empty table.
  private func place(of cookie: UInt64, _ hash: UInt64) -> Int? {
    guard !cookies.isEmpty else { return nil }
    // The top 8 bits chose the shard.
    var place = Int((hash << 8).multipliedFullWidth(by: UInt64(cookies.count)).high)
    while cookies[place] != 0, cookies[place] != cookie {
      place += 1
      if place == cookies.count { place = 0 }
    }
    return place
  }
}
