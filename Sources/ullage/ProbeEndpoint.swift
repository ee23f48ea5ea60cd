import ArgumentParser
import Inet

/// An address as it is given to `ullage probe`, with the interface of a link-local one.
struct ProbeAddress: Hashable, Sendable {
  var address: IPAddress
  /// What stood behind the % sign: a name or an index.
  var interface: String?
  /// Whether an IPv4 address was written as a mapped IPv6 one.
  var isMapped: Bool

  /// Parses `ADDRESS` or `ADDRESS%INTERFACE`; what is wrong with it is thrown as words.
  init(_ text: String) throws {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else {
      throw ValidationError(
        "'\(text)' is no IP address. Names are not resolved: give the address, such as 10.1.2.3.")
    }
    self.address = address
    isMapped = address.isIPv4 && first.contains(":")
    interface = parts.count == 2 ? String(parts[1]) : nil
    if interface?.isEmpty == true || (interface != nil && !address.isLinkLocal) {
      throw ValidationError(
        "'\(text)': an interface belongs to a link-local address alone, such as fe80::1%eth0.")
    }
  }
}

/// An address and a port: `10.1.2.3:443`, `[2001:db8::1]:443`, `[fe80::1%eth0]:443`.
struct ProbeEndpoint: Hashable, Sendable {
  var host: ProbeAddress
  var port: UInt16

  /// Parses it; what is wrong with it is thrown as words.
  init(_ text: String) throws {
    let host: Substring, rest: Substring
    if text.first == "[" {
      guard let end = text.lastIndex(of: "]") else {
        throw ValidationError("'\(text)' has no closing bracket. \(Self.forms)")
      }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else {
      if text.count(where: { $0 == ":" }) > 1 {
        throw ValidationError("'\(text)': an IPv6 address stands in brackets. \(Self.forms)")
      }
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      host = text[..<colon]
      rest = text[colon...]
    }
    guard rest.first == ":" else { throw ValidationError("'\(text)' has no port. \(Self.forms)") }
    guard rest.dropFirst().allSatisfy(\.isNumber), let port = UInt16(rest.dropFirst()), port > 0
    else {
      throw ValidationError("'\(text)': '\(rest.dropFirst())' is no port from 1 to 65535.")
    }
    self.port = port
    self.host = try ProbeAddress(String(host))
    if self.host.address.isWildcard {
      throw ValidationError(
        "'\(text)' is no destination: give an address of this host, such as 127.0.0.1.")
    }
    if self.host.address.isLinkLocal, self.host.interface == nil {
      throw ValidationError(
        "'\(text)': a link-local address needs its interface, such as [fe80::1%eth0]:443.")
    }
  }

  private static let forms = "An address is 10.1.2.3:443 or [2001:db8::1]:443."
}
