import Census
import Inet
import NetlinkTestKit

/// What holds which ports, as sets: the model of `BindUse`, and `BindUse` read back into it.
struct BindUseModel: Equatable {
  /// One local address.
  struct Address: Equatable {
    var ports: Set<UInt16> = []
    var states: [UInt8: Int] = [:]
  }

  var addresses: [IPAddress: Address] = [:]
  var anyIPv4: Set<UInt16> = []
  var anyDual: Set<UInt16> = []
  var anyIPv6Only: Set<UInt16> = []
  var ipv4: Set<UInt16> = []
  var perhapsIPv4: Set<UInt16> = []
  var ipv6: Set<UInt16> = []

  /// The use that `rows` make of the ports in `range`; `perhapsBothFamilies` says which native IPv6
  /// rows may hold the IPv4 wildcard too.
  init(
    _ rows: [PopulationRow], range: PortRange, state: UInt8? = nil,
    perhapsBothFamilies: (PopulationRow) -> Bool = { _ in false }
  ) {
    for row in rows {
      let address = row.row.source, port = row.row.sourcePort
      switch address {
      case .anyIPv4:
        anyIPv4.insert(port)
        ipv4.insert(port)
      case .anyIPv6 where row.isV6Only:
        anyIPv6Only.insert(port)
        ipv6.insert(port)
      case .anyIPv6:
        anyDual.insert(port)
        ipv4.insert(port)
      default:
        let raw = state ?? row.row.state
        addresses[address, default: Address()].states[raw < 14 ? raw : 0, default: 0] += 1
        if range.contains(port) { addresses[address]?.ports.insert(port) }
        if address.isIPv4 {
          ipv4.insert(port)
        } else if perhapsBothFamilies(row) {
          perhapsIPv4.insert(port)
        } else {
          ipv6.insert(port)
        }
      }
    }
  }

  /// What was counted.
  init(_ use: BindUse) {
    for index in 0..<use.addresses.count {
      addresses[use.addresses.address(at: index)] = Address(
        ports: Set(use.addresses.ports(at: index)),
        states: numbers(use.addresses.states(at: index)))
    }
    anyIPv4 = Set(use.anyIPv4)
    anyDual = Set(use.anyDual)
    anyIPv6Only = Set(use.anyIPv6Only)
    ipv4 = Set(use.ipv4)
    perhapsIPv4 = Set(use.perhapsIPv4)
    ipv6 = Set(use.ipv6)
  }

  /// The use of both.
  func union(_ other: BindUseModel) -> BindUseModel {
    var result = self
    for (address, entry) in other.addresses {
      result.addresses[address, default: Address()].ports.formUnion(entry.ports)
      result.addresses[address]?.states.merge(entry.states, uniquingKeysWith: +)
    }
    result.anyIPv4.formUnion(other.anyIPv4)
    result.anyDual.formUnion(other.anyDual)
    result.anyIPv6Only.formUnion(other.anyIPv6Only)
    result.ipv4.formUnion(other.ipv4)
    result.perhapsIPv4.formUnion(other.perhapsIPv4)
    result.ipv6.formUnion(other.ipv6)
    return result
  }

  /// Ports that bind(address, port) cannot have, of those in `range`: the address's own and those of
  /// wildcards that cover it.
  func excluded(for address: IPAddress) -> Set<UInt16> {
    (addresses[address]?.ports ?? []).union(anyDual).union(address.isIPv4 ? anyIPv4 : anyIPv6Only)
  }
}

/// Counters that are not zero, by the kernel's number; 0 for undocumented ones.
func numbers(_ states: StateCounts) -> [UInt8: Int] {
  var numbers: [UInt8: Int] = [:]
  if states.undocumented > 0 { numbers[0] = states.undocumented }
  for state in SocketState.allCases where states[state] > 0 {
    numbers[state.rawValue] = states[state]
  }
  return numbers
}
