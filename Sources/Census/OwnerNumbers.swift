internal import SocketDiag

/// The owners that rows had, each with a number in order of arrival.
struct OwnerNumbers: Sendable {
  private var owners: FlatTable<OwnerEntry>
  /// The owner of the last row, which the next has as a rule.
  private var last = (key: OwnerKey.none, number: -1)

  /// The most owners.
  static var limit: Int { 65_536 }

  init(seed: HashSeed) { owners = FlatTable(limit: Self.limit, seed: seed) }

  var count: Int { owners.entries.count }

  /// The owner with this number.
  subscript(number: UInt32) -> OwnerKey { owners.entries[Int(number)].key }

  /// The number of the owner of a row that has one; -1 when there is no room for another.
  mutating func number(of row: borrowing SocketRow) -> Int {
    let uid = row.uid
    let isUserKnown = uid != 0 || row.inode != 0
    let key = OwnerKey(cgroup: row.cgroupID ?? 0, user: isUserKnown ? UInt64(uid) : .max)
    if key == last.key { return last.number }
    let hash = owners.hash(of: key)
    let number = owners.find(key, hash: hash) ?? owners.insert(key, hash: hash) ?? -1
    last = (key, number)
    return number
  }

  /// Forgets all numbers and keeps the memory.
  mutating func removeAll() {
    owners.removeAll()
    last = (.none, -1)
  }
}
