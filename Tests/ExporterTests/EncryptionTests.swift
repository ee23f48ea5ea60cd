import Exporter
import FramesTestKit
import NIOSSL
import OutputTestKit
import Testing
import WebConfiguration

/// TLS: versions, certificates of clients, and certificates that change while it runs.
@Suite struct EncryptionTests {
  private static func with(
    _ tls: String, _ body: (RunningExporter, Certificates) throws -> Void
  ) throws {
    try withFolder { folder in
      let certificates = try Certificates(in: folder)
      let ring = try MadeUpRing("\(folder)/host.ring")
      let web = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n\(tls)"
      try TestFile.write(Array(web.utf8), to: "\(folder)/web.yml")
      try RunningExporter.run(in: folder, web: true) { try body($0, certificates) }
      try ring.close()
    }
  }

  private static func client(
    _ certificates: Certificates, as name: String? = nil
  ) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .file(certificates.certificate("ours"))
    tls.certificateVerification = .noHostnameVerification
    if let name {
      tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificates.certificate(name))
        .map { .certificate($0) }
      tls.privateKey = .privateKey(
        try NIOSSLPrivateKey(file: certificates.key(name), format: .pem))
    }
    return tls
  }

  @Test func `an encrypted exporter answers, and not in the clear`() throws {
    try Self.with("") { running, certificates in
      let tls = try Self.client(certificates)
      #expect(try running.get("/-/healthy", tls: tls)?.body == "healthy\n")
      let plain = try RawClient(port: running.port)
      plain.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try !plain.answer().contains("healthy"))
    }
  }

  @Test func `versions before TLS 1.2 are refused, and the newest may be asked for`() throws {
    try Self.with("") { running, certificates in
      for (version, isSpoken) in [
        (TLSVersion.tlsv1, false), (.tlsv11, false), (.tlsv12, true), (.tlsv13, true),
      ] {
        var tls = try Self.client(certificates)
        tls.minimumTLSVersion = version
        tls.maximumTLSVersion = version
        let answer = try running.get("/-/healthy", tls: tls)
        #expect((answer?.status == 200) == isSpoken, "\(version)")
      }
    }
    try Self.with("  min_version: TLS13\n") { running, certificates in
      var tls = try Self.client(certificates)
      #expect(try running.get("/-/healthy", tls: tls)?.status == 200)
      tls.maximumTLSVersion = .tlsv12
      #expect(try running.get("/-/healthy", tls: tls) == nil)
    }
  }

  @Test func `only suites that were named are spoken`() throws {
    let suites =
      "  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n"
    try Self.with(suites) { running, certificates in
      var tls = try Self.client(certificates)
      tls.cipherSuiteValues = [.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]
      #expect(try running.get("/-/healthy", tls: tls)?.status == 200)
      tls.cipherSuiteValues = [.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
      #expect(try running.get("/-/healthy", tls: tls) == nil)
    }
  }

  @Test func `a client's certificate is asked for, and must be good`() throws {
    let required =
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ours.pem\n"
    try Self.with(required) { running, certificates in
      #expect(running.settings.asksWho)
      for (name, isTaken) in [
        ("client", true), ("expired", false), ("stranger", false), (nil, false),
      ] {
        let tls = try Self.client(certificates, as: name)
        let answer = try running.get("/-/healthy", tls: tls)
        #expect((answer?.status == 200) == isTaken, "\(name ?? "nobody")")
      }
    }
    let ifGiven = "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ours.pem\n"
    try Self.with(ifGiven) { running, certificates in
      for (name, isTaken) in [
        ("client", true), ("expired", false), ("stranger", false), (nil, true),
      ] {
        let tls = try Self.client(certificates, as: name)
        let answer = try running.get("/-/healthy", tls: tls)
        #expect((answer?.status == 200) == isTaken, "\(name ?? "nobody")")
      }
    }
  }

  @Test func `a connection has no more rights than one that is made now`() throws {
    let users = """
      basic_auth_users:
        prometheus: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW

      """
    try Self.with(users) { running, certificates in
      let tls = try Self.client(certificates)
      let open = try RawClient(port: running.port, tls: tls)
      // Not refused yet, as nothing was asked yet.
      open.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n")
      let known = try RawClient(port: running.port, tls: tls)
      known.send(
        "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n"
          + "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ=\r\n\r\n")
      _ = try known.answer { $0.contains("healthy") }

      let web = try String(
        decoding: Program.contents("\(running.folder)/web.yml"), as: UTF8.self
      ).replacing(
        users,
        with: "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ours.pem\n")
      try TestFile.write(Array(web.utf8), to: "\(running.folder)/web.yml")
      #expect(running.settings.reload() == .replaced)
      open.send("\r\n")
      known.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try open.answer().isEmpty)
      #expect(try known.answer().ranges(of: "HTTP/1.1 ").count == 1)
      #expect(try running.get("/-/healthy", tls: tls) == nil)
      let client = try Self.client(certificates, as: "client")
      #expect(try running.get("/-/healthy", tls: client)?.status == 200)
    }
  }

  @Test func `a certificate that changes is used from then on, a bad one is told of once`() throws {
    try Self.with("") { running, certificates in
      let tls = try Self.client(certificates)
      let open = try RawClient(port: running.port, tls: tls)
      open.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
      _ = try open.answer { $0.contains("healthy") }
      #expect(running.settings.reload() == .unchanged)
      let old = try Program.contents(certificates.certificate("server"))
      try TestFile.write(Array("no certificate".utf8), to: certificates.certificate("server"))
      guard case .kept(.tls) = running.settings.reload() else {
        Issue.record("a bad certificate was taken")
        return
      }
      #expect(running.settings.reload() == .unchanged)
      #expect(try running.get("/-/healthy", tls: tls)?.status == 200)

      for (name, path) in [("server2.pem", "server.pem"), ("server2.key", "server.key")] {
        try TestFile.write(
          try Program.contents("\(certificates.folder)/\(name)"),
          to: "\(certificates.folder)/\(path)")
      }
      #expect(running.settings.reload() == .replaced)
      let shown = try Program(
        "/usr/bin/openssl",
        ["s_client", "-connect", "127.0.0.1:\(running.port)", "-servername", "localhost"]
      ).run()
      #expect(shown.text.contains("CN = server2"))
      #expect(try Program.contents(certificates.certificate("server")) != old)
      // A renewed certificate lets nobody else in: who is in stays.
      running.exporter.look()
      open.send("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try open.answer { $0.contains("404 Not Found") }.contains("404 Not Found"))
    }
  }
}

extension Program {
  /// The bytes of a file.
  static func contents(_ path: String) throws -> [UInt8] {
    try Program("/bin/cat", [path]).run().output
  }
}
