internal import YAML

extension TLSSettings {
  private static var keys: [String] {
    [
      "cert_file", "key_file", "cert", "key", "client_auth_type", "client_ca_file", "client_ca",
      "min_version", "max_version", "cipher_suites",
    ]
  }

  /// Keys of the format whose absence here is said.
  private static var othersKeys: [String] {
    [
      "client_allowed_sans", "prefer_server_cipher_suites", "curve_preferences",
    ]
  }

  /// The section `tls_server_config`; `read` gives the bytes of a file that it names.
  init(
    _ section: SettingNode, _ read: (String) throws(WebConfigurationError) -> [UInt8]
  ) throws(WebConfigurationError) {
    let members = try section.members(Self.keys + Self.othersKeys)
    for key in Self.othersKeys {
      guard let node = members[key] else { continue }
      throw .notOffered(
        source: node.source, line: node.node.line, key: node.key,
        why: "leave it out; nothing is chosen by it here")
    }
    func bytes(_ name: String, _ why: String) throws(WebConfigurationError) -> [UInt8] {
      guard let bytes = try Self.bytes(name, members, read) else {
        throw .missing(
          source: section.source, line: section.node.line, key: "\(section.key).\(name)_file",
          why: why)
      }
      return bytes
    }
    certificate = try bytes("cert", "encryption takes a certificate")
    key = try bytes("key", "a certificate takes its key")
    if let node = members["client_auth_type"] { clients = try Self.clients(node) }
    clientAuthorities = try Self.bytes("client_ca", members, read)
    if clients == .none, let node = members["client_ca_file"] ?? members["client_ca"] {
      throw .value(
        source: node.source, line: node.node.line, key: node.key,
        allowed: "effect with client_auth_type alone: RequireAndVerifyClientCert")
    }
    if clients != .none, clientAuthorities == nil {
      throw .missing(
        source: section.source, line: section.node.line, key: "\(section.key).client_ca_file",
        why: "client_auth_type wants certificates that somebody has signed")
    }
    if let node = members["min_version"] { oldest = try Self.version(node) }
    if let node = members["max_version"] { newest = try Self.version(node) }
    if oldest == .tls13, newest == .tls12, let node = members["max_version"] {
      throw node.refused("no version before min_version")
    }
    if let node = members["cipher_suites"] {
      let suites = try node.texts()
      for suite in suites where !Self.suites.contains(suite) {
        throw node.refused("some of \(Self.suites.joined(separator: ", ")), not \(suite)")
      }
      cipherSuites = suites
    }
  }

  /// The suites of TLS 1.2 that are offered: those that keep the past secret when a key is lost.
  public static let suites = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  ]

  /// What stands in the file, or in the file that it names; not both.
  private static func bytes(
    _ name: String, _ members: [String: SettingNode],
    _ read: (String) throws(WebConfigurationError) -> [UInt8]
  ) throws(WebConfigurationError) -> [UInt8]? {
    let (inline, file) = (members[name], members["\(name)_file"])
    if let inline, file != nil { throw inline.refused("no value beside \(name)_file") }
    if let inline { return Array(try inline.text().utf8) }
    return try file.map { (node) throws(WebConfigurationError) in try read(try node.text()) }
  }

  private static func clients(_ node: SettingNode) throws(WebConfigurationError) -> Clients {
    let words = [
      "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
      "RequireAndVerifyClientCert",
    ]
    switch try node.word(words) {
    case "NoClientCert": return .none
    case "VerifyClientCertIfGiven": return .ifGiven
    case "RequireAndVerifyClientCert": return .required
    case let word:
      throw .notOffered(
        source: node.source, line: node.node.line, key: "\(node.key) \(word)",
        why: "a certificate that nobody checks says nothing")
    }
  }

  private static func version(_ node: SettingNode) throws(WebConfigurationError) -> Version {
    let word = try node.word(["TLS10", "TLS11"] + Version.allCases.map(\.rawValue))
    guard let version = Version(rawValue: word) else {
      throw .notOffered(
        source: node.source, line: node.node.line, key: "\(node.key) \(word)",
        why: "versions before TLS 1.2 are broken")
    }
    return version
  }
}
