internal import Inet
internal import Netlink
internal import SocketDiag

/// Counting the rows of connections: the local address of each, and whether it is outbound.
extension BindUse {
  /// Reads rows until the batch is full or the datagram ends: counts all by state and by local address,
  /// and leaves those that belong to connect pools in the batch. False when there are no more.
  ///
  /// Short loops take turns, because one long one has too few registers.
  mutating func count(
    _ replies: inout ReplyCursor, into batch: inout RowBatch, _ scene: borrowing RowScene,
    _ states: inout StateCounts
  ) throws(NetlinkError) -> Bool {
    batch.removeAll()
    var local = LocalEnd.none
    while true {
      let before = batch.count
      let stop: RowBatch.Stop
      do throws(NetlinkError) {
        stop = try batch.read(&replies, &local, scene, addresses.table)
      } catch {
        countPorts(&batch, from: before, scene, &states)
        throw error
      }
      // Before an address may come in, for which others might have to leave.
      countPorts(&batch, from: before, scene, &states)
      switch stop {
      case .end: return false
      case .fullBatch: return true
      case .newAddress(let address): local = addresses.admit(address)
      case .wildcard(let address, let port, let state, let isV6Only):
        states.count(raw: state)
        countWildcard(address, port, v6Only: isV6Only)
      }
    }
  }

  /// Counts the rows that were read, and keeps the outbound ones.
  private mutating func countPorts(
    _ batch: inout RowBatch, from first: Int, _ scene: borrowing RowScene,
    _ states: inout StateCounts
  ) {
    let otherCount = Self.countPlain(
      &batch.storage, &batch.missing, first, batch.count, scene, addresses.shape,
      &addresses.table.entries, &addresses.words, &perhapsIPv4)
    guard otherCount > 0 else { return }
    var isAnyOutside = false
    for index in 0..<otherCount {
      let position = Int(batch.missing[index])
      let isOutside = countOther(batch[position], batch.pair(of: position).source, scene)
      batch.storage[position].state = PoolEntry.Counter.state(batch[position].state)
      batch.storage[position].share =
        isOutside
        ? BatchRow.outside : Self.share(of: batch[position], scene.available, scene.space.range)
      if isOutside { isAnyOutside = true }
    }
    if isAnyOutside { batch.removeOutside(from: first) }
  }

  /// Counts the rows on ports in A: they are in the range, and no listener has them. Lists the others,
  /// and what else is seldom, and says how many. Of ports of IPv4 addresses `ipv4` knows by itself.
  ///
  /// Spans over several properties of one value need these handed over apart.
  private static func countPlain(
    _ rows: inout [BatchRow], _ others: inout [UInt16], _ first: Int, _ end: Int,
    _ scene: borrowing RowScene, _ shape: BlockShape, _ entries: inout [AddressEntry],
    _ words: inout [UInt64], _ perhapsIPv4: inout PortSet
  ) -> Int {
    let available = scene.available.bits
    let low = scene.space.range.low
    var rows = rows.mutableSpan, others = others.mutableSpan
    var entries = entries.mutableSpan, words = words.mutableSpan
    var perhapsIPv4 = perhapsIPv4.mutableWords
    var otherCount = 0
    var index = first
    while index < end {
      let entry = rows[index].pool
      let isKnown = entry != LocalEnd.lost
      let isIPv4 = isKnown && entries[Int(entry)].address.isIPv4
      let block = isKnown ? shape.word(0, of: entries[Int(entry)].block) : 0
      // Rows of one address come after each other, as long as there are no other addresses.
      repeat {
        let port = rows[index].sourcePort, state = rows[index].state
        let word = Int(port >> 6)
        let bit: UInt64 = 1 << UInt64(port & 63)
        if available[word] & bit != 0, isKnown, PoolEntry.Counter.isDocumented(state),
          rows[index].key.destinationPort != 0
        {
          entries[Int(entry)].states.count(raw: state)
          words[block &+ word] |= bit
          if !isIPv4 { perhapsIPv4[word] |= bit }
          let parity = UInt8(truncatingIfNeeded: (port ^ low) & 1)
          rows[index].share &+= PoolEntry.Counter.taken &+ parity
        } else {
          others[otherCount] = UInt16(truncatingIfNeeded: index)
          otherCount &+= 1
        }
        index &+= 1
      } while index < end && rows[index].pool == entry
    }
    return otherCount
  }

  /// Counts any row; true when it belongs to no pool.
  private mutating func countOther(
    _ row: BatchRow, _ source: IPAddress, _ scene: borrowing RowScene
  ) -> Bool {
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
    return isInbound || !isInRange || row.key.destinationPort == 0
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
