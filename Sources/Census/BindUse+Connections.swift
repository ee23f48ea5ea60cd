internal import Inet
internal import Netlink
internal import SocketDiag

/// Counting the rows of connections: the local address of each, and whether it is outbound.
extension BindUse {
  /// Reads rows until the batch is full or the datagram ends: counts all by state and by local address,
  /// and leaves those that belong to connect pools in the batch. False when there are no more.
  ///
  /// What nearly all rows are goes one way, and all others another: the first is short.
  mutating func count(
    _ replies: inout ReplyCursor, into batch: inout RowBatch, _ scene: borrowing RowScene,
    _ states: inout StateCounts
  ) throws(NetlinkError) -> Bool {
    batch.removeAll()
    var local = LocalEnd.none
    while true {
      let before = batch.count
      batch.readPlain(&replies, &local, scene, addresses.table)
      countPorts(&batch, from: before, scene, areIPv4: true)
      let others = batch.count
      let stop: RowBatch.Stop?
      do throws(NetlinkError) {
        stop = try batch.readOthers(&replies, &local, scene, addresses.table)
      } catch {
        countPorts(&batch, from: others, scene, areIPv4: false)
        throw error
      }
      // Before an address may come in, for which others might have to leave.
      countPorts(&batch, from: others, scene, areIPv4: false)
      switch stop {
      case nil: continue
      case .end: return false
      case .fullBatch: return true
      case .newAddress(let address): local = addresses.admit(address)
      case .wildcard(let address, let port, let state, let isV6Only):
        states.count(raw: state)
        countWildcard(address, port, v6Only: isV6Only)
      }
    }
  }

  /// Counts the rows that were read from `first` on, and keeps the outbound ones. Written out for IPv4
  /// addresses that are known, and for all.
  @inline(__always)
  private mutating func countPorts(
    _ batch: inout RowBatch, from first: Int, _ scene: borrowing RowScene, areIPv4: Bool
  ) {
    if first == batch.count { return }
    let otherCount = Self.countPlain(
      areIPv4, &batch.storage, &batch.missing, first, batch.count, scene, addresses.shape,
      &addresses.table.entries, &addresses.words, &perhapsIPv4)
    var isAnyOutside = false
    for index in 0..<otherCount {
      if countOther(&batch, Int(batch.missing[index]), scene) { isAnyOutside = true }
    }
    if isAnyOutside { batch.removeOutside(from: first) }
  }

  /// Counts the rows on ports in A: they are in the range, and no listener has them. Lists the others,
  /// and what else is seldom, and says how many. Which ports are IPv4's `ipv4` knows by itself.
  ///
  /// Spans over several properties of one value need these handed over apart.
  @inline(__always)
  private static func countPlain(
    _ areIPv4: Bool, _ rows: inout [BatchRow], _ others: inout [UInt16], _ first: Int, _ end: Int,
    _ scene: borrowing RowScene, _ shape: BlockShape, _ entries: inout [AddressEntry],
    _ words: inout [UInt64], _ perhapsIPv4: inout PortSet
  ) -> Int {
    let available = scene.available.bits
    let low = scene.space.range.low
    var rows = rows.mutableSpan, others = others.mutableSpan
    var entries = entries.mutableSpan, words = words.mutableSpan
    var perhapsIPv4 = perhapsIPv4.mutableWords
    var otherCount = 0
    var entry = 0, block = 0
    var isIPv4 = areIPv4, isKnown = areIPv4
    var last = LocalEnd.lost
    for index in first..<end {
      if rows[index].pool != last {
        last = rows[index].pool
        if !areIPv4 { isKnown = last != LocalEnd.lost }
        entry = isKnown ? Int(last) : 0
        block = isKnown ? shape.word(0, of: entries[entry].block) : 0
        if !areIPv4 { isIPv4 = isKnown && entries[entry].address.isIPv4 }
      }
      let port = rows[index].sourcePort, state = rows[index].state
      let word = Int(port >> 6)
      let bit: UInt64 = 1 << UInt64(port & 63)
      if available[word] & bit != 0, isKnown, PoolEntry.Counter.isDocumented(state),
        rows[index].key.destinationPort != 0
      {
        entries[entry].states.count(raw: state)
        words[block &+ word] |= bit
        if !isIPv4 { perhapsIPv4[word] |= bit }
        rows[index].share &+=
          PoolEntry.Counter.taken &+ UInt8(truncatingIfNeeded: (port ^ low) & 1)
      } else {
        others[otherCount] = UInt16(truncatingIfNeeded: index)
        otherCount &+= 1
      }
    }
    return otherCount
  }

  /// Counts any row; true when it belongs to no pool.
  private mutating func countOther(
    _ batch: inout RowBatch, _ position: Int, _ scene: borrowing RowScene
  ) -> Bool {
    let row = batch[position], source = batch.pair(of: position).source
    let port = row.sourcePort
    let isInRange = scene.space.range.contains(port)
    let isInbound = scene.listeners.covers(source, port, interface: row.key.interface)
    if row.pool == LocalEnd.lost {
      addresses.departedStates.count(raw: row.state)
    } else {
      addresses.count(row.pool, port, state: row.state)
    }
    if source.isIPv4 {
      otherIPv4.insert(port)
    } else if isInbound {
      ipv6.insert(port)
    } else {
      perhapsIPv4.insert(port)
    }
    let isOutside = isInbound || !isInRange || row.key.destinationPort == 0
    batch.storage[position].state = PoolEntry.Counter.state(row.state)
    batch.storage[position].share =
      isOutside
      ? BatchRow.outside : Self.share(of: row, scene.available, scene.space.range)
    return isOutside
  }

  /// The counter of what a row takes of A.
  private static func share(
    of row: BatchRow, _ available: borrowing PortSet, _ range: PortRange
  ) -> UInt8 {
    guard available.contains(row.sourcePort) else { return PoolEntry.Counter.spare }
    let parity = UInt8(truncatingIfNeeded: (row.sourcePort ^ range.low) & 1)
    return PoolEntry.Counter.taken &+ row.share &+ parity
  }
}
