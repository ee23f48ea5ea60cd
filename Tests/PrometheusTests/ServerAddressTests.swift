import Kernel
import OutputTestKit
import Testing
import WebClient

/// Which servers are asked, and with what.
@Suite struct ServerAddressTests {
  @Test func `a server's address has a scheme, a host and perhaps a path`() throws {
    let plain = try ServerAddress("http://prometheus:9090/")
    #expect(plain.text == "http://prometheus:9090" && plain.host == "prometheus")
    #expect(!plain.isEncrypted && !plain.isLoopback)
    let path = try ServerAddress("HTTPS://mimir.example/prometheus//")
    #expect(path.isEncrypted && path.text == "HTTPS://mimir.example/prometheus")
    for text in ["http://localhost:1", "http://[::1]:9090", "http://127.0.0.2"] {
      #expect(try ServerAddress(text).isLoopback, "\(text)")
    }
    for name in [
      "localhost.example", "127.example", "127.0.0.1.example", "127.0.0.256", "128.0.0.1",
    ] {
      #expect(try !ServerAddress("http://\(name)").isLoopback, "\(name)")
    }
    for text in [
      "http://h:", "http://h:x", "http://h:0", "http://h:65536", "http://[::1]x", "http://[::1]:y",
    ] {
      #expect(throws: ServerError.self, "\(text)") { try ServerAddress(text) }
    }
  }

  @Test(arguments: [
    "", "prometheus:9090", "ftp://a", "http://", "http://:9090", "http:///x", "http://a?b",
    "http://a#b",
    "http://a b", "http://a\nb", "http://ä",
  ])
  func `what is no such address is refused`(_ text: String) {
    #expect(throws: ServerError.self) { try ServerAddress(text) }
  }

  @Test func `a password on the command line is refused, and not repeated`() {
    let error = #expect(throws: ServerError.self) {
      try ServerAddress("https://me:secret@prometheus")
    }
    #expect(error?.description.contains("secret") == false)
    #expect(error?.description.contains("--credentials") == true)
  }

  @Test func `credentials are their owner's alone, and have a form`() throws {
    try withFolder { folder in
      let path = "\(folder)/credentials"
      func credentials(_ text: String, mode: String = "600") throws -> ServerCredentials {
        try TestFile.write(Array(text.utf8), to: path)
        _ = try Program("/bin/chmod", [mode, path]).run()
        return try ServerCredentials(path: path)
      }
      #expect(try credentials("me:a:b\n") == .basic(user: "me", password: "a:b"))
      #expect(try credentials("Bearer x.y") == .bearer("x.y"))
      for text in ["", "\n", "secret", "a:b\nc:d", "a:\u{7}"] {
        let error = try #require(throws: ServerError.self) { try credentials(text) }
        #expect(!error.description.contains("secret"))
      }
      for mode in ["640", "604", "666"] {
        #expect(throws: ServerError.self) { try credentials("me:x", mode: mode) }
      }
      let error = try #require(throws: ServerError.self) {
        try ServerCredentials(path: "\(folder)/none")
      }
      #expect(error.description.contains("ENOENT"))
    }
  }

  @Test func `credentials do not cross a network in clear text`() throws {
    let credentials = ServerCredentials.bearer("x")
    #expect(throws: ServerError.self) {
      try ServerClient(ServerAddress("http://prometheus:9090"), credentials: credentials)
    }
  }

  @Test func `certificates that are none are refused by name`() throws {
    try withFolder { folder in
      let path = "\(folder)/ca.pem"
      try TestFile.write(Array("no certificate".utf8), to: path)
      for trust in [
        ServerTrust(authorities: path), ServerTrust(authorities: "\(folder)/none"),
        ServerTrust(certificate: path, key: path),
      ] {
        let error = try #require(throws: ServerError.self) {
          try ServerClient(ServerAddress("https://p"), trust: trust)
        }
        #expect(error.description.contains(folder))
      }
    }
  }
}
