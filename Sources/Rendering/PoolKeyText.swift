internal import Inet
public import Pools

/// Pool keys as words on a command line and in CSV, without blanks: "10.0.0.5,10.1.2.3:443",
/// "bind:10.0.0.5", "udp:ipv4", "udp-bind:*".
///
/// What a screen shows is understood too: "10.0.0.5 → 10.1.2.3:443", "10.0.0.5->10.1.2.3:443".
public enum PoolKeyText {
  /// What a key may be, for messages.
  public static let forms =
    "SOURCE,DESTINATION:PORT (or with ->), bind:ADDRESS, bind:*, udp:ipv4, udp:ipv6, udp-bind:ADDRESS"

  /// The key that `text` says; nil when it says none.
  public static func key(_ text: String) -> PoolKey? {
    if let local = rest(of: text, after: "bind:") { return bindLocal(local).map { .bind($0) } }
    if let local = rest(of: text, after: "udp-bind:") {
      return bindLocal(local).map { .udpBind($0) }
    }
    if let family = rest(of: text, after: "udp:") {
      return AddressFamily(rawValue: family).map { .udp($0) }
    }
    for arrow in [",", "->", "→"] {
      if let (source, destination) = halves(text, arrow) { return connect(source, destination) }
    }
    return nil
  }

  /// The word for `key`.
  static func text(_ key: PoolKey, _ names: inout Names) -> String {
    switch key {
    case .connect(let source, let destination, let port, let interface):
      let scope = interface == 0 ? "" : "%\(interface)"
      return "\(names.text(source)),\(names.endpoint(destination, port))\(scope)"
    case .bind(let local): return "bind:\(names.text(local))"
    case .udpBind(let local): return "udp-bind:\(names.text(local))"
    case .udp(let family): return "udp:\(family.rawValue)"
    }
  }

  private static func connect(_ source: String, _ destination: String) -> PoolKey? {
    var destination = destination[...]
    var interface: UInt32 = 0
    if let percent = destination.lastIndex(of: "%") {
      guard let index = UInt32(destination[destination.index(after: percent)...]) else {
        return nil
      }
      interface = index
      destination = destination[..<percent]
    }
    guard let colon = destination.lastIndex(of: ":"), let source = IPAddress(source),
      let port = UInt16(destination[destination.index(after: colon)...])
    else { return nil }
    var host = destination[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(String(host)) else { return nil }
    return .connect(source: source, destination: address, port: port, interface: interface)
  }

  private static func bindLocal(_ text: String) -> BindLocal? {
    switch text {
    case "*", "::": .any
    case "0.0.0.0": .anyIPv4
    default: IPAddress(text).map { .address($0) }
    }
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// What stands before and after the first `separator`, without blanks around it.
  private static func halves(_ text: String, _ separator: String) -> (String, String)? {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index...].hasPrefix(separator) {
        let after = text.index(index, offsetBy: separator.count)
        return (trimmed(text[..<index]), trimmed(text[after...]))
      }
      index = text.index(after: index)
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
