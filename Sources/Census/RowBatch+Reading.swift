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

  /// Appends rows, all of them but those on wildcards, with the entry of the local address in place of
  /// the pool, the kernel's number of the state, and flags in place of what they take.
  mutating func read(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>
  ) throws(NetlinkError) -> Stop {
    try Self.read(&replies, &local, scene, addresses, &storage, &pairs, &count)
  }

  /// Spans over two properties of one value need the two handed over apart.
  private static func read(
    _ replies: inout ReplyCursor, _ local: inout LocalEnd, _ scene: borrowing RowScene,
    _ addresses: borrowing FlatTable<AddressEntry>, _ rows: inout [BatchRow],
    _ pairs: inout [AddressPair], _ count: inout Int
  ) throws(NetlinkError) -> Stop {
    var rows = rows.mutableSpan, pairs = pairs.mutableSpan
    let seed = scene.seed, reuse = scene.space.reuse
    // Copies stay in registers from row to row.
    var cursor = replies
    var end = local
    var filled = count
    defer {
      local = end
      count = filled
    }
    var stop = Stop.fullBatch
    do throws(NetlinkError) {
      while filled < RowBatch.capacity {
        guard let row = try cursor.nextRow() else {
          stop = .end
          break
        }
        let interface = row.interface, destinationPort = row.destinationPort
        let key: PoolKey
        let isSame: Bool
        if let bits = row.ipv4Bits {
          isSame = UInt64(bits.source) == end.ipv4Bits
          key = PoolKey(
            bits.source, bits.destination, interface: interface, destinationPort: destinationPort)
        } else {
          let pair = AddressPair(source: row.source, destination: row.destination)
          isSame = end.isSet && pair.source == end.address
          key = PoolKey(pair, interface: interface, destinationPort: destinationPort, seed)
          if key.isWide { pairs[filled] = pair }
        }
        if !isSame {
          let source = row.source
          if source.isWildcard {
            stop = .wildcard(
              source, row.sourcePort, state: row.rawState, isV6Only: row.isV6Only ?? false)
            break
          }
          let known = AddressKey(address: source)
          guard let index = addresses.find(known, hash: known.hash(seed)) else {
            cursor.stepBack()
            stop = .newAddress(source)
            break
          }
          end = LocalEnd(source, entry: index)
        }
        let state = row.rawState
        var flags = end.ipv4Bits != .max ? BatchRow.ipv4Flag : 0
        if state == SocketState.timeWait.rawValue, reuse.allows(row) {
          flags |= BatchRow.reusableFlag
        }
        rows[filled] = BatchRow(
          key: key, hash: key.hash(seed), pool: end.entry, sourcePort: row.sourcePort,
          state: state, share: flags)
        filled &+= 1
      }
    } catch {
      replies = cursor
      throw error
    }
    replies = cursor
    return stop
  }
}
