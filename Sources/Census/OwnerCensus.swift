public import Inet
public import Netlink
internal import Owners
internal import SocketDiag

/// What one owner holds of one connect pool.
public struct OwnerHolding: Hashable, Sendable {
  /// The cgroup's number; nil where the kernel does not tell (before 5.8).
  public var cgroup: UInt64?
  /// The user's number; nil where the kernel has forgotten it.
  public var user: UInt32?
  /// Ports held by living sockets.
  public var living: Int
  /// Ports of sockets in TIME_WAIT that this one held when they were alive: remembered.
  public var waiting: Int
  /// Ports of FIN_WAIT2 orphans that this one held when they were alive: remembered.
  public var orphaned: Int

  /// All of them.
  public var ports: Int { living + waiting + orphaned }
}

/// Counts the owners of TCP ports beside a census: a second look at each datagram while it is in the cache.
///
///     begin → countListeners … → count … → end       a pass, with the listeners of the census
///     numbers    (cgroup, user) → number             few
///     holders    (pool, owner's number) → counters   bounded: what does not fit stays without owner
///     ports      (local end, owner's number) → ports likewise, in 4 MiB at most
///
/// Rows without owner (TIME_WAIT, orphans) cost a look at two bytes, unless cookies are remembered from pass to
/// pass. Nothing is allocated per row, and nothing per pass once the tables have grown to what they hold.
public struct OwnerCensus: Sendable {
  private let range: PortRange
  private let seed: HashSeed
  private(set) var numbers: OwnerNumbers
  private(set) var ports: OwnerPorts
  private var holders: FlatTable<HolderEntry>
  private var addresses: Set<AddressOwner> = []
  private var memory: CookieMemory?
  private let cookieLimit: Int
  /// Rows whose owner or pool did not fit.
  public private(set) var lostRowCount = 0

  /// A census of owners of the ports of `range`: 48 bytes for each owner in each pool, and 20 for each cookie, of
  /// which at most `cookieLimit` are remembered from pass to pass.
  public init(range: PortRange, holderLimit: Int = 262_144, cookieLimit: Int = 0) {
    self.range = range
    seed = HashSeed.random()
    self.cookieLimit = cookieLimit
    numbers = OwnerNumbers(seed: seed)
    ports = OwnerPorts(range: range, byteLimit: 4 << 20, seed: seed)
    holders = FlatTable(limit: holderLimit, seed: seed)
    memory = cookieLimit > 0 ? CookieMemory(limit: cookieLimit) : nil
  }

  /// Starts a pass from nothing, keeping the memory. Owners keep their numbers, for cookies know them.
  public mutating func begin() {
    // Where cgroups come and go for weeks, their numbers run out: then all is forgotten, once.
    if numbers.count > OwnerNumbers.limit / 2 {
      numbers.removeAll()
      if memory != nil { memory = CookieMemory(limit: cookieLimit) }
    }
    holders.removeAll()
    ports.removeAll()
    addresses.removeAll(keepingCapacity: true)
    lostRowCount = 0
    memory?.beginPass()
  }

  /// Ends a pass that saw the whole table.
  public mutating func end() { memory?.endPass() }

  /// Counts the rows of one datagram of a LISTEN dump.
  public mutating func countListeners(_ rows: inout ReplyCursor) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      let port = row.sourcePort
      guard range.contains(port) else { continue }
      let owner = numbers.number(of: row)
      guard owner >= 0,
        let place = ports.place(
          of: HeldEnd(row, perhapsConnectBound: false), owner: UInt32(truncatingIfNeeded: owner)),
        ports.insert(port, at: place, .living)
      else {
        lostRowCount += 1
        continue
      }
    }
  }

  /// Counts the rows of one datagram of the connected states; `listeners` tells inbound from outbound.
  public mutating func count(
    _ rows: inout ReplyCursor, _ listeners: borrowing ListenerIndex
  ) throws(NetlinkError) {
    while let row = try rows.nextRow() {
      let isMinisock = row.isMinisock
      if isMinisock, memory == nil { continue }
      let port = row.sourcePort
      guard range.contains(port),
        !listeners.covers(row.source, port, interface: row.interface)
      else { continue }
      if isMinisock {
        if let owner = memory?.owner(of: row.cookie) {
          let isWaiting = row.rawState == SocketState.timeWait.rawValue
          add(row, owner: Int(owner), isWaiting ? .waiting : .orphaned)
        }
      } else {
        var owner = numbers.number(of: row)
        if row.inode == 0, let known = rememberedOwner(of: row, insteadOf: owner) { owner = known }
        guard owner >= 0 else {
          lostRowCount += 1
          continue
        }
        memory?.note(row.cookie, owner: UInt32(truncatingIfNeeded: owner))
        add(row, owner: owner, .living)
      }
    }
  }

  /// The owner that an orphan had when it was alive: its row keeps the cgroup, and of the user nothing.
  ///
  /// Nil where its user is known, where nothing is remembered, and where that is of another cgroup.
  @inline(never)
  private mutating func rememberedOwner(
    of row: borrowing SocketRow, insteadOf owner: Int
  ) -> Int? {
    guard row.uid == 0, let known = memory?.owner(of: row.cookie),
      numbers[known].cgroup == row.cgroupID ?? 0
    else { return nil }
    return Int(known)
  }

  private mutating func add(_ row: borrowing SocketRow, owner: Int, _ part: HeldPart) {
    let pool: PoolKey
    if let bits = row.ipv4Bits {
      pool = PoolKey(
        bits.source, bits.destination, interface: row.interface,
        destinationPort: row.destinationPort)
    } else {
      pool = PoolKey(
        AddressPair(source: row.source, destination: row.destination), interface: row.interface,
        destinationPort: row.destinationPort, seed)
    }
    let key = HolderKey(pool: pool, owner: UInt32(truncatingIfNeeded: owner))
    let hash = holders.hash(of: key)
    guard let index = holders.find(key, hash: hash) ?? insert(key, hash, row) else {
      lostRowCount += 1
      return
    }
    holders.update(index) { $0.add(part) }
    let place = holders.entries[index].place
    if place == .max || !ports.insert(row.sourcePort, at: place, part) {
      lostRowCount += 1
    }
  }

  /// Makes an entry for a pool's new owner, which knows where the owner's ports at the address are.
  @inline(never)
  private mutating func insert(
    _ key: HolderKey, _ hash: UInt64, _ row: borrowing SocketRow
  ) -> Int? {
    guard let index = holders.insert(key, hash: hash) else { return nil }
    let source = row.source
    addresses.insert(AddressOwner(address: source, owner: key.owner))
    let place = ports.place(of: HeldEnd(row, perhapsConnectBound: true), owner: key.owner)
    holders.update(index) { $0.place = place ?? .max }
    return index
  }
}

extension OwnerCensus {
  /// The owners of each of `pools`, in their order; of one pool in no order. Costs one look at all holders.
  public func holdings(of pools: [ConnectCount]) -> [[OwnerHolding]] {
    var wanted: [WantedPool: Int] = [:]
    for (index, pool) in pools.enumerated() {
      let pair = AddressPair(source: pool.source, destination: pool.destination)
      let key = PoolKey(
        pair, interface: pool.interface, destinationPort: pool.destinationPort, seed)
      wanted[WantedPool(key)] = index
    }
    var result = Array(repeating: [OwnerHolding](), count: pools.count)
    for holder in holders.entries {
      guard let index = wanted[WantedPool(holder.key.pool)] else { continue }
      let owner = numbers[holder.key.owner]
      result[index].append(
        OwnerHolding(
          cgroup: owner.knownCgroup, user: owner.knownUser, living: Int(holder.living),
          waiting: Int(holder.waiting), orphaned: Int(holder.orphaned)))
    }
    return result
  }

  /// How many distinct cgroups and users have connections from `address`.
  public func ownerCount(of address: IPAddress) -> (cgroups: Int, users: Int) {
    var cgroups: Set<UInt64> = [], users: Set<UInt32> = []
    for entry in addresses where entry.address == address {
      let owner = numbers[entry.owner]
      if let cgroup = owner.knownCgroup { cgroups.insert(cgroup) }
      if let user = owner.knownUser { users.insert(user) }
    }
    return (cgroups.count, users.count)
  }

  /// The bytes of cookies that are remembered.
  public var cookieByteCount: Int { memory?.byteCount ?? 0 }
  /// Sockets without owner that never were seen alive.
  public var cookieMissCount: UInt64 { memory?.missCount ?? 0 }
}

/// A local address with a connection of an owner.
private struct AddressOwner: Hashable {
  var address: IPAddress
  var owner: UInt32
}

/// A pool's key that a dictionary can hold.
private struct WantedPool: Hashable {
  var addresses: UInt64
  var scope: UInt64

  init(_ key: PoolKey) {
    addresses = key.addresses
    scope = key.scope
  }
}
