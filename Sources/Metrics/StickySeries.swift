/// The series of one kind: never more than the limit, and each stays for a while once it is there.
///
/// Who comes first takes a place. When all are taken, one that comes and ranks among the first displaces
/// the one that ranks last, but none that has had its place for less than `stayNanoseconds`: it waits. The
/// reserve is for urgent ones alone, so that in the moment in which something goes wrong there is a place.
/// What was not seen for `stayNanoseconds` is gone.
struct StickySeries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// A series.
  struct Entry: Sendable {
    let key: Key
    /// Its labels, ready to be written.
    let labels: [UInt8]
    /// What is known of it.
    var value: Value
    /// Its place in the newest list; nil when it was not in it.
    fileprivate(set) var rank: Int?
    fileprivate var enteredAt: UInt64
    fileprivate var seenAt: UInt64

    /// Whether it was in the newest list.
    var isListed: Bool { rank != nil }
  }

  private let limit: Int
  private let reserve: Int
  private let stay: UInt64
  /// The series, in the order in which they came.
  private(set) var entries: [Entry] = []
  private var places: [Key: Int] = [:]

  /// At most `limit` series, `reserve` of them urgent when they come.
  init(limit: Int, reserve: Int = 0, stayNanoseconds: UInt64) {
    self.limit = max(0, limit)
    self.reserve = min(max(0, reserve), self.limit)
    stay = stayNanoseconds
  }

  /// Takes a list, its first the most important one: `now` is on a clock that nobody sets. `merge` is given
  /// what was known, nil for a series that comes.
  mutating func update<Item>(
    _ list: [Item], now: UInt64, key: (Item) -> Key, isUrgent: (Item) -> Bool = { _ in false },
    labels: (Key) -> [UInt8], merge: (Value?, Item) -> Value
  ) {
    forget(notSeenAt: now)
    for index in entries.indices { entries[index].rank = nil }
    var newcomers: [Int] = []
    for (rank, item) in list.enumerated() {
      guard let place = places[key(item)] else {
        newcomers.append(rank)
        continue
      }
      entries[place].value = merge(entries[place].value, item)
      entries[place].rank = rank
      entries[place].seenAt = now
    }
    for rank in newcomers {
      let item = list[rank]
      guard places[key(item)] == nil,
        let place = place(for: rank, isUrgent: isUrgent(item), now: now)
      else { continue }
      let entry = Entry(
        key: key(item), labels: labels(key(item)), value: merge(nil, item), rank: rank,
        enteredAt: now, seenAt: now)
      if place < entries.count {
        places[entries[place].key] = nil
        entries[place] = entry
      } else {
        entries.append(entry)
      }
      places[entry.key] = place
    }
  }

  /// Whether `key` has a place.
  func contains(_ key: Key) -> Bool { places[key] != nil }

  /// Begins the time of all anew: the clock is another one.
  mutating func restart(at now: UInt64) {
    for index in entries.indices {
      entries[index].enteredAt = now
      entries[index].seenAt = now
    }
  }

  /// A free place, or one to be had from somebody who has had it for long enough.
  private func place(for rank: Int, isUrgent: Bool, now: UInt64) -> Int? {
    if entries.count < (isUrgent ? limit : limit - reserve) { return entries.count }
    guard rank < limit else { return nil }
    let last = entries.indices.filter { now - min(now, entries[$0].enteredAt) >= stay }
      .max { (entries[$0].rank ?? .max) < (entries[$1].rank ?? .max) }
    return last.flatMap { (entries[$0].rank ?? .max) > rank ? $0 : nil }
  }

  private mutating func forget(notSeenAt now: UInt64) {
    let kept = entries.filter { now - min(now, $0.seenAt) < stay }
    guard kept.count < entries.count else { return }
    entries = kept
    places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.key, $0) })
  }
}
