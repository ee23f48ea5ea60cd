internal import Inet
internal import Pools

/// How addresses, hosts and namespaces are called in what we write: as they are, or redacted.
///
/// A redacted address keeps its family and its identity within one output: "ipv4-1" is the same
/// address wherever it stands. Wildcards and loopback addresses say nothing of a site and stay.
public struct Names: Sendable {
  /// Whether names are redacted.
  public let isRedacted: Bool
  /// Whether the reader is root: commands to copy need no sudo then.
  let isRoot: Bool
  /// The reader's own namespace, as one without a name is called: "netns:4026532200"; nil: not known.
  let home: String?
  private var numbers: [IPAddress: Int] = [:]
  private var namespaces: [String: Int] = [:]
  private var owners: [String: Int] = [:]
  private var hosts: [String: Int] = [:]
  private var counts = (ipv4: 0, ipv6: 0)

  /// Real names, or redacted ones, for a reader who is root or is not, and whose shell is in `home`.
  public init(redacted: Bool = false, isRoot: Bool = true, home: String? = nil) {
    self.home = home
    isRedacted = redacted
    self.isRoot = isRoot
  }

  /// The text of an address.
  mutating func text(_ address: IPAddress) -> String {
    guard isRedacted, !address.isWildcard, !address.isLoopback else { return "\(address)" }
    return redacted(address)
  }

  /// Appends the text of an address as bytes; allocates nothing unless redacted.
  mutating func append(_ address: IPAddress, to bytes: inout [UInt8]) {
    if isRedacted, !address.isWildcard, !address.isLoopback {
      bytes += redacted(address).utf8
    } else {
      address.appendText(to: &bytes)
    }
  }

  /// The text of a host's name.
  func host(_ name: String) -> String { isRedacted ? "redacted" : name }

  /// The name of one host of many.
  mutating func fleetHost(_ name: String) -> String {
    guard isRedacted else { return name }
    if hosts[name] == nil { hosts[name] = hosts.count + 1 }
    return "host-\(hosts[name, default: 0])"
  }

  /// The text of a namespace's name.
  mutating func namespace(_ name: String) -> String {
    guard isRedacted, name != "host" else { return name }
    if namespaces[name] == nil { namespaces[name] = namespaces.count + 1 }
    return "namespace-\(namespaces[name, default: 0])"
  }

  /// A text that somebody wrote, which may hold any name.
  func freeText(_ text: String) -> String {
    isRedacted && !text.isEmpty ? "redacted" : text
  }

  /// The name of who holds ports: a unit, a process, a user.
  mutating func owner(_ name: String) -> String {
    guard isRedacted else { return name }
    if owners[name] == nil { owners[name] = owners.count + 1 }
    return "owner-\(owners[name, default: 0])"
  }

  /// The text of what a bind names.
  mutating func text(_ local: BindLocal) -> String {
    if case .address(let address) = local { return text(address) }
    return "\(local)"
  }

  /// "10.0.0.5:443" or "[2001:db8::1]:443".
  mutating func endpoint(_ address: IPAddress, _ port: UInt16) -> String {
    let name = text(address)
    return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
  }

  private mutating func redacted(_ address: IPAddress) -> String {
    let number: Int
    if let known = numbers[address] {
      number = known
    } else {
      if address.isIPv4 { counts.ipv4 += 1 } else { counts.ipv6 += 1 }
      number = address.isIPv4 ? counts.ipv4 : counts.ipv6
      numbers[address] = number
    }
    return address.isIPv4 ? "ipv4-\(number)" : "ipv6-\(number)"
  }
}
