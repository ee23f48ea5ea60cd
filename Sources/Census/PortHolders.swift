public import Inet
public import Owners

/// What one owner holds of a pool without destinations.
public struct HeldPorts: Hashable, Sendable {
  /// Ports of living sockets.
  public var living = PortSet()
  /// Ports of sockets in TIME_WAIT that this one held when they were alive.
  public var waiting = PortSet()
  /// Ports of FIN_WAIT2 orphans that this one held when they were alive.
  public var orphaned = PortSet()

  /// Nothing.
  public init() {}

  /// Adds those of another, who is the same to people.
  public mutating func formUnion(_ other: HeldPorts) {
    living.formUnion(other.living)
    waiting.formUnion(other.waiting)
    orphaned.formUnion(other.orphaned)
  }

  /// All of them.
  public var all: PortSet { living.union(waiting).union(orphaned) }
  /// Ports that nothing but sockets in TIME_WAIT holds, as far as is known.
  public var waitingCount: Int { waiting.subtracting(living).subtracting(orphaned).count }
}

/// Who holds the ports of a protocol, by local end, as the last passes found it: for bind() and UDP pools.
///
/// It is a look at the tables of several censuses: let go of it before they count on, or they are copied.
public struct PortHolders: Sendable {
  private struct Place {
    var part: Int
    var index: Int
  }

  private var parts: [(numbers: OwnerNumbers, ports: OwnerPorts)] = []
  /// Where an address's own ports are.
  private var addresses: [IPAddress: [Place]] = [:]
  /// Where those of wildcards are.
  private var wildcards: [Place] = []

  /// Nobody.
  public init() {}

  /// Adds those of a census of connections and listeners.
  public mutating func add(_ census: OwnerCensus) { add(census.numbers, census.ports) }

  /// Adds those of a census of sockets that all have owners.
  public mutating func add(_ census: BoundOwnerCensus) { add(census.numbers, census.ports) }

  private mutating func add(_ numbers: OwnerNumbers, _ ports: OwnerPorts) {
    for index in 0..<ports.count {
      let place = Place(part: parts.count, index: index)
      let address = ports[index].key.end.address
      if address.isWildcard {
        wildcards.append(place)
      } else {
        addresses[address, default: []].append(place)
      }
    }
    parts.append((numbers, ports))
  }

  /// What each cgroup, or each user, holds of the ports of `scope`, by its number; rows do not tell processes.
  ///
  /// Costs a pass over the bitmaps of the scope: a third of a microsecond each.
  public func holders(_ kind: OwnerKind, of scope: PortScope) -> [UInt64: HeldPorts] {
    var holders: [UInt64: HeldPorts] = [:]
    func add(_ place: Place) {
      let (numbers, ports) = parts[place.part]
      let entry = ports[place.index]
      guard entry.key.end.keeps(from: scope),
        let id = numbers[entry.key.owner].id(of: kind)
      else { return }
      ports.formUnion(of: entry.living, into: &holders[id, default: HeldPorts()].living)
      ports.formUnion(of: entry.waiting, into: &holders[id, default: HeldPorts()].waiting)
      ports.formUnion(of: entry.orphaned, into: &holders[id, default: HeldPorts()].orphaned)
    }
    if case .address(let address) = scope {
      addresses[address]?.forEach(add)
    } else {
      for places in addresses.values { places.forEach(add) }
    }
    wildcards.forEach(add)
    return holders
  }
}

extension OwnerKey {
  /// The number of the cgroup or the user, as far as it is known.
  func id(of kind: OwnerKind) -> UInt64? {
    switch kind {
    case .cgroup: knownCgroup
    case .user: knownUser.map { UInt64($0) }
    case .process: nil
    }
  }
}
