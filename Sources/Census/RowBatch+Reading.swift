internal import Inet
internal import Netlink
internal import SocketDiag

/// From the rows of a datagram to those of a batch.
extension RowBatch {
  /// Why `read` came back.
  enum Stop {
    case end
    case fullBatch
    /// The next row has a local address that is not known.
    case newAddress(IPAddress)
    /// The last row is on a wildcard, and not in the batch.
    case wildcard(IPAddress, UInt16, state: UInt8, isV6Only: Bool)
  }

  /// Appends rows of IPv4 sockets with known local addresses, up to the first that is anything else:
  /// with the entry of the local address in place of the pool, the kernel's number of the state, and a
  /// flag in place of what they take.
  mutating func readPlain(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>
  ) {
    Self.readPlain(&replies, &local, scene, addresses, &storage, &count)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func readPlain(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>, _ rows: inout [BatchRow], _ count: inout Int
  ) {
    var rows = rows.mutableSpan
    let seed = scene.seed, reuse = scene.space.reuse
    var plain = replies.plain
    // The bits of the last local address; no address has these.
    var bits = UInt64.max
    var entry: UInt32 = 0
    var filled = count
    while filled < RowBatch.capacity {
      guard let row = plain.peekRow(), let ends = row.ipv4Bits else { break }
      if UInt64(ends.source) != bits {
        let index = find(ends.source, seed, addresses)
        if index < 0 { break }
        bits = UInt64(ends.source)
        entry = UInt32(truncatingIfNeeded: index)
        local = LocalEnd(IPAddress(ipv4: ends.source), entry: index)
      }
      plain.skip()
      let key = PoolKey(
        ends.source, ends.destination, interface: row.interface,
        destinationPort: row.destinationPort)
      let state = row.rawState
      var flags: UInt8 = 0
      if state == SocketState.timeWait.rawValue, reuse.allows(row) {
        flags = BatchRow.reusableFlag
      }
      rows[filled] = BatchRow(
        key: key, hash: key.hash(seed), pool: entry, sourcePort: row.sourcePort, state: state,
        share: flags)
      filled &+= 1
    }
    count = filled
    replies.resume(plain)
  }

  /// The index of an IPv4 address's entry; -1 when it has none. Called seldom: it takes nothing that could
  /// stay in a register.
  @inline(never)
  private static func find(
    _ bits: UInt32, _ seed: HashSeed, _ addresses: borrowing FlatTable<AddressEntry>
  ) -> Int {
    let key = AddressKey(address: IPAddress(ipv4: bits))
    return addresses.find(key, hash: key.hash(seed)) ?? -1
  }

  /// Appends rows of any kind but those on wildcards, with the entry of the local address in place of
  /// the pool, the kernel's number of the state, and a flag in place of what they take. Nil after one of
  /// IPv4: more of these are for `readPlain`.
  mutating func readOthers(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>
  ) throws(NetlinkError) -> Stop? {
    try Self.readOthers(&replies, &local, scene, addresses, &storage, &pairs, &count)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func readOthers(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>, _ rows: inout [BatchRow],
    _ pairs: inout [AddressPair], _ count: inout Int
  ) throws(NetlinkError) -> Stop? {
    var rows = rows.mutableSpan, pairs = pairs.mutableSpan
    let seed = scene.seed, reuse = scene.space.reuse
    while count < RowBatch.capacity {
      guard let row = try replies.nextRow() else { return .end }
      let pair = AddressPair(source: row.source, destination: row.destination)
      if !local.isSet || pair.source != local.address {
        if pair.source.isWildcard {
          return .wildcard(
            pair.source, row.sourcePort, state: row.rawState, isV6Only: row.isV6Only ?? false)
        }
        let known = AddressKey(address: pair.source)
        guard let index = addresses.find(known, hash: known.hash(seed)) else {
          replies.stepBack()
          return .newAddress(pair.source)
        }
        local = LocalEnd(pair.source, entry: index)
      }
      let key = PoolKey(
        pair, interface: row.interface, destinationPort: row.destinationPort, seed)
      if key.isWide { pairs[count] = pair }
      let state = row.rawState
      var flags: UInt8 = 0
      if state == SocketState.timeWait.rawValue, reuse.allows(row) {
        flags = BatchRow.reusableFlag
      }
      rows[count] = BatchRow(
        key: key, hash: key.hash(seed), pool: local.entry, sourcePort: row.sourcePort,
        state: state, share: flags)
      count &+= 1
      if row.ipv4Bits != nil { return nil }
    }
    return .fullBatch
  }
}
