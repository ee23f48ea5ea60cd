import Kernel
import OutputTestKit
import Passwords
import Testing

@testable import WebConfiguration

/// The file of `--web.config.file`: every key, and every refusal in words.
@Suite struct WebConfigurationTests {
  private static let hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"

  private static func read(_ text: String) throws(WebConfigurationError) -> WebConfiguration {
    try WebConfiguration(yaml: Array(text.utf8), source: "web.yml") {
      (path) throws(WebConfigurationError) in
      guard path != "missing" else {
        throw .unreadable(SystemCallError("open", path, .noEntry))
      }
      return Array("PEM of \(path)".utf8)
    }
  }

  @Test func `an empty file asks nobody and encrypts nothing`() throws {
    for text in ["", "# nothing\n", "{}", "basic_auth_users:\n", "tls_server_config: ~"] {
      let read = try Self.read(text)
      #expect(!read.asksWho, "\(text)")
      if text.first != "t" { #expect(read == WebConfiguration()) }
    }
  }

  @Test func `every key of the file is read`() throws {
    let read = try Self.read(
      """
      tls_server_config:
        cert_file: a.pem
        key_file: a.key
        client_auth_type: "RequireAndVerifyClientCert"
        client_ca_file: ca.pem
        min_version: TLS12
        max_version: TLS12
        cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
      http_server_config:
        http2: false
        headers:
          X-Frame-Options: deny
          Strict-Transport-Security: max-age=1
      basic_auth_users:
        prometheus: \(Self.hash)
      rate_limit:
        interval: 100ms
        burst: 20
      """)
    var tls = TLSSettings(
      certificate: Array("PEM of a.pem".utf8), key: Array("PEM of a.key".utf8))
    tls.clients = .required
    tls.clientAuthorities = Array("PEM of ca.pem".utf8)
    tls.newest = .tls12
    tls.cipherSuites = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
    var expected = WebConfiguration()
    expected.tls = tls
    expected.headers = [
      WebConfiguration.Header(name: "Strict-Transport-Security", value: "max-age=1"),
      WebConfiguration.Header(name: "X-Frame-Options", value: "deny"),
    ]
    expected.users = ["prometheus": try #require(BcryptHash(Self.hash))]
    expected.rateLimit = WebConfiguration.RateLimit(
      intervalNanoseconds: 100_000_000, burst: 20)
    #expect(read == expected)
  }

  @Test func `certificates may stand in the file itself`() throws {
    let read = try Self.read("tls_server_config:\n  cert: |\n    A\n    B\n  key: K\n")
    #expect(read.tls?.certificate == Array("A\nB\n".utf8))
    #expect(read.tls?.key == Array("K".utf8))
  }

  static let refusals: [(text: String, message: String)] = [
    ("-----BEGIN CERTIFICATE-----", "web.yml:1: the file takes keys with values"),
    ("a: 1", "web.yml:1: there is no key a"),
    ("\n\ntls_server_config:\n  x: 1", "web.yml:4: there is no key tls_server_config.x"),
    ("tls_server_config: 7", "web.yml:1: tls_server_config takes keys with values"),
    (
      "tls_server_config:\n  key_file: k",
      "web.yml:2: tls_server_config.cert_file is missing: encryption takes a certificate"
    ),
    (
      "tls_server_config:\n  cert_file: c",
      "web.yml:2: tls_server_config.key_file is missing: a certificate takes its key"
    ),
    (
      "tls_server_config: {cert_file: missing, key_file: k}",
      "cannot open missing: no such file or directory (ENOENT 2)"
    ),
    (
      "tls_server_config: {cert_file: c, cert: c, key_file: k}",
      "web.yml:1: tls_server_config.cert takes no value beside cert_file"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequireAndVerifyClientCert}",
      "web.yml:1: tls_server_config.client_ca_file is missing: client_auth_type wants certificates "
        + "that somebody has signed"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, client_ca_file: a}",
      "web.yml:1: tls_server_config.client_ca_file takes effect with client_auth_type alone: "
        + "RequireAndVerifyClientCert"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequireAnyClientCert}",
      "web.yml:1: tls_server_config.client_auth_type RequireAnyClientCert is not offered: a "
        + "certificate that nobody checks says nothing"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, min_version: TLS11}",
      "web.yml:1: tls_server_config.min_version TLS11 is not offered: versions before TLS 1.2 are "
        + "broken"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, min_version: TLS13, max_version: TLS12}",
      "web.yml:1: tls_server_config.max_version takes no version before min_version"
    ),
    (
      "tls_server_config: {cert_file: c, key_file: k, curve_preferences: [X25519]}",
      "web.yml:1: tls_server_config.curve_preferences is not offered: leave it out; nothing is "
        + "chosen by it here"
    ),
    (
      "http_server_config:\n  http2: true",
      "web.yml:2: http_server_config.http2 is not offered: this program speaks HTTP/1.1; say false, "
        + "or leave it out"
    ),
    (
      "http_server_config:\n  headers:\n    Server: me",
      "web.yml:3: there is no key http_server_config.headers.Server"
    ),
    (
      "http_server_config:\n  headers:\n    X-Frame-Options: maybe",
      "web.yml:3: http_server_config.headers.X-Frame-Options takes deny, sameorigin"
    ),
    (
      "http_server_config:\n  headers:\n    X-XSS-Protection: \"1\\r\\nX: y\"",
      "web.yml:3: http_server_config.headers.X-XSS-Protection takes visible ASCII"
    ),
    (
      "basic_auth_users:\n  a: secret",
      "web.yml:2: basic_auth_users.a takes a bcrypt hash of a cost from 4 to 16 (htpasswd -nBC 10 NAME)"
    ),
    (
      "basic_auth_users:\n  'a:b': \(hash)",
      "web.yml:2: basic_auth_users.a:b takes a name without colons and control characters"
    ),
    (
      "rate_limit: {interval: soon}",
      "web.yml:1: rate_limit.interval takes a time from 1ms to 1h, or 0"
    ),
    (
      "rate_limit: {interval: 1s, burst: 0}",
      "web.yml:1: rate_limit.burst takes a number from 1 to 1000000"
    ),
    ("a: 1\na: 2", "web.yml:2: a stands twice"),
    ("[a]: 1", "web.yml:1: a key must be text"),
    ("--- {}\n--- {}", "web.yml:2: a second document begins"),
    ("basic_auth_users: [", "web.yml:2: this is no YAML: did not find expected node content"),
    ("a: &a [*a]", "web.yml: deeper or longer than such a file can be"),
  ]

  @Test func `what cannot be is refused, with its line, and without saying a secret`() {
    for (text, message) in Self.refusals {
      do throws(WebConfigurationError) {
        _ = try Self.read(text)
        Issue.record("taken: \(text)")
      } catch {
        #expect("\(error)" == message)
      }
    }
  }

  @Test func `bytes that nobody meant to be a file crash nothing`() {
    var bombs = ["a: &a x\n"]
    for letter in "bcdefghijklmnop" { bombs.append("\(letter): &\(letter) [*a, *a, *a, *a]\n") }
    let texts = [
      bombs.joined(), String(repeating: "[", count: 100_000), "\u{0}", "\t- x", "%YAML 9.9\n--- a",
      "!!binary x", "a: !x y", "*a", "? x", "basic_auth_users: {? [x] : y}",
      "a: \"\\ud800\"", "<<: {tls_server_config: 1}",
    ]
    for text in texts {
      #expect(throws: WebConfigurationError.self, "\(text.prefix(40))") {
        _ = try Self.read(text)
      }
    }
    #expect(throws: WebConfigurationError.self) {
      try WebConfiguration(yaml: [0xff, 0xfe, 0x00, 0xd8], source: "x") { _ in [] }
    }
  }

  @Test func `files are looked for beside the one that names them`() throws {
    try withFolder { folder in
      let web = "tls_server_config: {cert_file: a.pem, key_file: \(folder)/b.key}"
      for (name, text) in [("web.yml", web), ("a.pem", "A"), ("b.key", "B")] {
        try TestFile.write(Array(text.utf8), to: "\(folder)/\(name)")
      }
      let read = try WebConfiguration.load("\(folder)/web.yml")
      #expect(read.tls?.certificate == Array("A".utf8))
      #expect(read.tls?.key == Array("B".utf8))
    }
  }
}

/// bcrypt, by the hashes that other programs make.
@Suite struct PasswordTests {
  @Test func `a password has the hash that was made of it, and no other has`() throws {
    for text in [
      "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
      "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
      "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
    ] {
      let hash = try #require(BcryptHash(text))
      #expect(hash.cost == 4)
      #expect(hash.matches(Array("secret".utf8)))
      for wrong in ["Secret", "secret ", "secre", "", "secret\u{0}", "secret\u{0}x"] {
        #expect(!hash.matches(Array(wrong.utf8)), "\(wrong)")
      }
    }
  }

  @Test(arguments: [
    "", "secret", "$2b$04$", "$1$abc$xyz",
    "$2x$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
    "$2b$03$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
    "$2b$17$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
    "$2b$4$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW1",
    "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIr",
    "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW1",
    "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIr!",
  ])
  func `what is no bcrypt hash, or costs too much, is none`(text: String) {
    #expect(BcryptHash(text) == nil)
  }

  @Test func `a wrong password is answered after as many rounds, whosever it is`() throws {
    let least = try #require(
      BcryptHash("$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"))
    let dearer = try #require(BcryptHash.unmatched(cost: 6))
    for highest in 6...8 {
      for hash in [least, dearer, nil] {
        let answer = BcryptHash.check(Array("wrong".utf8), against: hash, highestCost: highest)
        #expect(!answer.isRight)
        #expect(answer.rounds == 1 << highest, "\(String(describing: hash)), \(highest)")
      }
      #expect(BcryptHash.check(Array("secret".utf8), against: least, highestCost: highest).isRight)
    }
  }

  @Test func `nobody has the password of the hash that stands in for unknown names`() throws {
    for cost in BcryptHash.costs {
      #expect(BcryptHash.unmatched(cost: cost)?.cost == cost)
    }
    let unmatched = try #require(BcryptHash.unmatched(cost: 4))
    for text in ["", "secret", "*0", "*1"] { #expect(!unmatched.matches(Array(text.utf8))) }
  }
}
