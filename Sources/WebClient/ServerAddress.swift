/// Where a server is: `http://HOST[:PORT][/PATH]` or `https://…`.
public struct ServerAddress: Hashable, Sendable {
  /// As it was given, without a slash at its end.
  public let text: String
  /// Whether what is sent is encrypted.
  public let isEncrypted: Bool
  /// The host alone, without port and brackets.
  public let host: String

  /// The address that `text` spells. Names and passwords are refused: every user of the host sees a command
  /// line.
  public init(_ text: String) throws(ServerError) {
    guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) })
    else { throw .address(text, why: "it begins neither with http:// nor with https://") }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else {
      // Without repeating them.
      throw .address(
        "\(scheme)…\(authority.drop { $0 != "@" })",
        why: "credentials do not belong on a command line; --credentials names a file")
    }
    guard !rest.contains("?"), !rest.contains("#") else {
      throw .address(text, why: "a query or fragment has no place in a server's address")
    }
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw .address(text, why: "it has blanks or characters beyond ASCII")
    }
    let name =
      authority.hasPrefix("[")
      ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    guard !name.isEmpty else { throw .address(text, why: "it names no host") }
    let behind = authority.dropFirst(name.count + (authority.hasPrefix("[") ? 2 : 0))
    if !behind.isEmpty {
      guard behind.hasPrefix(":"), let port = UInt16(behind.dropFirst()), port > 0 else {
        throw .address(text, why: "a port is a number from 1 to 65535")
      }
    }
    var end = text[...]
    while end.hasSuffix("/") { end.removeLast() }
    self.text = String(end)
    isEncrypted = scheme == "https://"
    host = String(name)
  }

  /// Whether what is sent stays on this host.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    // An address, and not a name that begins like one.
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
