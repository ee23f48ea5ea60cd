internal import Kernel
internal import Passwords
internal import YAML

extension WebConfiguration {
  /// The configuration in the file at `path`, with the files that it names; those are looked for beside it.
  ///
  /// A few system calls a file; nothing is kept open.
  public static func load(_ path: String) throws(WebConfigurationError) -> WebConfiguration {
    try WebConfiguration(yaml: try read(path), source: path) {
      (file) throws(WebConfigurationError) in
      try read(file.hasPrefix("/") ? file : directory(of: path) + file)
    }
  }

  /// The configuration in the bytes of a file; `read` gives the bytes of those that it names.
  public init(
    yaml bytes: [UInt8], source: String,
    read: (String) throws(WebConfigurationError) -> [UInt8]
  ) throws(WebConfigurationError) {
    self.init()
    let document: YAMLNode?
    do throws(YAMLError) {
      document = try YAMLDocument.parse(bytes)
    } catch {
      throw .malformed(source: source, error)
    }
    guard let document else { return }
    let root = SettingNode(node: document, source: source, key: "")
    let members = try root.members([
      "tls_server_config", "http_server_config", "basic_auth_users", "rate_limit",
    ])
    if let node = members["tls_server_config"] { tls = try TLSSettings(node, read) }
    if let node = members["http_server_config"] { try readServer(node) }
    if let node = members["basic_auth_users"] { try readUsers(node) }
    if let node = members["rate_limit"] { rateLimit = try RateLimit(node) }
  }

  private mutating func readServer(_ node: SettingNode) throws(WebConfigurationError) {
    let members = try node.members(["http2", "headers"])
    if let http2 = members["http2"], try http2.flag() {
      throw .notOffered(
        source: http2.source, line: http2.node.line, key: http2.key,
        why: "this program speaks HTTP/1.1; say false, or leave it out")
    }
    guard let node = members["headers"] else { return }
    let values: [(name: String, words: [String]?)] = [
      ("Strict-Transport-Security", nil), ("X-Frame-Options", ["deny", "sameorigin"]),
      ("X-Content-Type-Options", ["nosniff"]), ("X-XSS-Protection", nil),
      ("Content-Security-Policy", nil),
    ]
    let found = try node.members(values.map(\.name))
    for (name, words) in values {
      guard let value = found[name] else { continue }
      if let words { _ = try value.word(words) }
      headers.append(Header(name: name, value: try value.headerValue()))
    }
  }

  private mutating func readUsers(_ node: SettingNode) throws(WebConfigurationError) {
    for (name, value) in try node.freeMembers() {
      guard !name.isEmpty, !name.contains(":"), !name.utf8.contains(where: { $0 < 0x20 }) else {
        throw value.refused("a name without colons and control characters")
      }
      guard let hash = BcryptHash(try value.text()) else {
        let costs = BcryptHash.costs
        throw value.refused(
          "a bcrypt hash of a cost from \(costs.lowerBound) to \(costs.upperBound) "
            + "(htpasswd -nBC 10 NAME)")
      }
      users[name] = hash
    }
  }

  private static func read(_ path: String) throws(WebConfigurationError) -> [UInt8] {
    do throws(SystemCallError) {
      return try KernelFile.read(path, limit: 1_048_576)
    } catch {
      throw .unreadable(error)
    }
  }

  /// "/etc/ullage/" of "/etc/ullage/web.yml", "" of "web.yml".
  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

extension SettingNode {
  /// A value that can stand in a header, and cannot end it.
  fileprivate func headerValue() throws(WebConfigurationError) -> String {
    let text = try text()
    guard text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw refused("visible ASCII")
    }
    return text
  }
}

extension WebConfiguration.RateLimit {
  fileprivate init?(_ node: SettingNode) throws(WebConfigurationError) {
    let members = try node.members(["interval", "burst"])
    guard let interval = members["interval"] else { return nil }
    let text = try interval.text()
    // As the toolkit has it, 0 is no limit.
    if text == "0" || text == "0s" { return nil }
    guard let span = TimeSpan(text), (1_000_000...3_600_000_000_000).contains(span.nanoseconds)
    else { throw interval.refused("a time from 1ms to 1h, or 0") }
    intervalNanoseconds = span.nanoseconds
    burst = 1
    guard let node = members["burst"] else { return }
    guard let burst = Int(try node.text()), (1...1_000_000).contains(burst) else {
      throw node.refused("a number from 1 to 1000000")
    }
    self.burst = burst
  }
}
