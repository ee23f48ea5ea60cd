internal import Inet
internal import Netlink
internal import SocketDiag

/// Counting the rows of connections: the local address of each, and whether it is outbound.
extension BindUse {
  /// Reads rows until the batch is full or the datagram ends: counts all by state and by local address,
  /// and leaves those that belong to connect pools in the batch. False when there are no more.
  ///
  /// Two short loops take turns, reading and counting, because one long one has too few registers.
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

  private mutating func countPorts(
    _ batch: inout RowBatch, from first: Int, _ scene: borrowing RowScene,
    _ states: inout StateCounts
  ) {
    Self.countPorts(
      &batch.storage, &batch.pairs, &batch.count, from: first, scene, &states, addresses.shape,
      &addresses.table.entries, &addresses.words, &ipv4, &perhapsIPv4, &ipv6)
  }

  /// Counts the rows that were read, and keeps the outbound ones. Spans over several properties of one
  /// value need these handed over apart.
  private static func countPorts(
    _ rows: inout [BatchRow], _ pairs: inout [AddressPair], _ count: inout Int, from first: Int,
    _ scene: borrowing RowScene, _ states: inout StateCounts, _ shape: BlockShape,
    _ entries: inout [AddressEntry], _ words: inout [UInt64], _ ipv4: inout PortSet,
    _ perhapsIPv4: inout PortSet, _ ipv6: inout PortSet
  ) {
    let available = scene.available.bits
    let range = scene.space.range
    var rows = rows.mutableSpan, pairs = pairs.mutableSpan
    var entries = entries.mutableSpan, words = words.mutableSpan
    var ipv4 = ipv4.mutableWords, perhapsIPv4 = perhapsIPv4.mutableWords
    var ipv6 = ipv6.mutableWords
    var kept = first
    for index in first..<count {
      let port = rows[index].sourcePort, state = rows[index].state, flags = rows[index].share
      states.count(raw: state)
      let word = Int(port >> 6)
      let bit: UInt64 = 1 << UInt64(port & 63)
      // One test settles most rows: a port in A is in the range, and no listener has it.
      let isAvailable = available[word] & bit != 0
      var isInRange = true, isInbound = false
      if !isAvailable {
        isInRange = range.contains(port)
        let key = rows[index].key
        let source = key.isWide ? pairs[index].source : key.narrowPair.source
        isInbound = scene.listeners.covers(source, port, interface: key.interface)
      }
      if rows[index].pool != LocalEnd.lost {
        let entry = Int(rows[index].pool)
        entries[entry].credit &+= 1
        entries[entry].states.count(raw: state)
        if isInRange { words[shape.word(word, of: entries[entry].block)] |= bit }
      }
      if flags & BatchRow.ipv4Flag != 0 {
        ipv4[word] |= bit
      } else if isInbound {
        ipv6[word] |= bit
      } else {
        perhapsIPv4[word] |= bit
      }
      if isInbound || !isInRange || rows[index].key.destinationPort == 0 { continue }
      if kept != index {
        rows[kept] = rows[index]
        if rows[kept].key.isWide { pairs[kept] = pairs[index] }
      }
      rows[kept].state = PoolEntry.Counter.state(state)
      rows[kept].share = PoolEntry.Counter.spare
      if isAvailable {
        // The numbers of the counters begin with `taken`, and `reclaimable` are two on.
        rows[kept].share =
          PoolEntry.Counter.taken &+ (flags & BatchRow.reusableFlag)
          &+ UInt8(truncatingIfNeeded: (port ^ range.low) & 1)
      }
      kept &+= 1
    }
    count = kept
  }
}
