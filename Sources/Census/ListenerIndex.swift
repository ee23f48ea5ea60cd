public import Inet
public import SocketDiag

/// The listeners of a namespace, indexed so that one bit test settles most rows.
///
/// A row is *inbound* iff a listener has its local port and a local address, or a wildcard of the
/// right family, that covers the row's. A listener on 127.0.0.9:P says nothing of 127.0.0.1:P.
public struct ListenerIndex: Sendable {
  /// Ports with a listener on any address.
  public private(set) var ports = PortSet()
  /// Ports with a listener on 0.0.0.0 or on [::] that is not v6only.
  private var coveringIPv4 = PortSet()
  /// Ports with a listener on [::].
  private var coveringIPv6 = PortSet()
  /// Listeners on one address, or bound to an interface: sorted before use.
  private var specific: [Endpoint] = []

  private struct Endpoint: Hashable, Sendable {
    var port: UInt16
    var address: IPAddress
    var interface: UInt32
    var v6Only: Bool
  }

  /// No listener.
  public init() {}

  mutating func removeAll() {
    ports.removeAll()
    coveringIPv4.removeAll()
    coveringIPv6.removeAll()
    specific.removeAll(keepingCapacity: true)
  }

  /// Adds a listener.
  public mutating func insert(_ row: borrowing SocketRow) {
    let address = row.source, port = row.sourcePort
    ports.insert(port)
    let v6Only = row.isV6Only ?? false
    if address.isWildcard, row.interface == 0 {
      if address.isIPv4 || !v6Only { coveringIPv4.insert(port) }
      if !address.isIPv4 { coveringIPv6.insert(port) }
      return
    }
    specific.append(
      Endpoint(port: port, address: address, interface: row.interface, v6Only: v6Only))
  }

  /// Sorts what `insert` collected; to be called once after the last.
  public mutating func seal() {
    specific.sort { ($0.port, $0.address, $0.interface) < ($1.port, $1.address, $1.interface) }
  }

  /// Whether a connection with this local end came in through a listener that is still there.
  @inline(__always)
  public func covers(_ address: IPAddress, _ port: UInt16, interface: UInt32) -> Bool {
    guard ports.contains(port) else { return false }
    if (address.isIPv4 ? coveringIPv4 : coveringIPv6).contains(port) { return true }
    return specificCovers(address, port, interface)
  }

  /// The number of ports on which a connection to `address` would find a listener.
  public func portCount(covering address: IPAddress) -> Int {
    var covering = address.isIPv4 ? coveringIPv4 : coveringIPv6
    for endpoint in specific where matches(endpoint, address, endpoint.interface) {
      covering.insert(endpoint.port)
    }
    return covering.count
  }

  @inline(never)
  private func specificCovers(_ address: IPAddress, _ port: UInt16, _ interface: UInt32) -> Bool {
    // One address: found at once. Wildcards bound to an interface: two places, each with few.
    covers(port, listening: address, address, interface)
      || covers(port, listening: .anyIPv6, address, interface)
      || covers(port, listening: .anyIPv4, address, interface)
  }

  private func covers(
    _ port: UInt16, listening: IPAddress, _ address: IPAddress, _ interface: UInt32
  ) -> Bool {
    var low = 0, high = specific.count
    while low < high {
      let middle = (low + high) / 2
      if (specific[middle].port, specific[middle].address) < (port, listening) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    while low < specific.count, specific[low].port == port, specific[low].address == listening {
      if matches(specific[low], address, interface) { return true }
      low += 1
    }
    return false
  }

  private func matches(_ listener: Endpoint, _ address: IPAddress, _ interface: UInt32) -> Bool {
    guard listener.interface == 0 || listener.interface == interface else { return false }
    if listener.address == address { return true }
    guard listener.address.isWildcard else { return false }
    return address.isIPv4 ? listener.address.isIPv4 || !listener.v6Only : !listener.address.isIPv4
  }
}
