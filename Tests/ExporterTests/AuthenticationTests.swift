import OutputTestKit
import Testing
import WebConfiguration

@testable import Exporter

/// Names and passwords: right, wrong, none, unknown; and what is remembered of them.
@Suite struct AuthenticationTests {
  // Of "secret" and "open:sesame", at the least cost.
  private static let web = """
    basic_auth_users:
      prometheus: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW
      ali: $2b$04$abcdefghijklmnopqrstuu2GbQLdjwBFdH8CcOE866nGziodmvO8K

    """

  @Test func `only a right password of a known name is answered`() throws {
    try RunningExporter.with(web: Self.web) { running in
      for (header, status) in [
        ("Basic cHJvbWV0aGV1czpzZWNyZXQ=", 200),  // prometheus:secret
        ("basic cHJvbWV0aGV1czpzZWNyZXQ=", 200),
        ("Basic YWxpOm9wZW46c2VzYW1l", 200),  // ali:open:sesame
        ("Basic cHJvbWV0aGV1czp3cm9uZw==", 401),  // prometheus:wrong
        ("Basic YWxpOnNlY3JldA==", 401),  // ali:secret
        ("Basic bm9ib2R5OnNlY3JldA==", 401),  // nobody:secret
        ("Basic cHJvbWV0aGV1czo=", 401),  // prometheus:
        ("Basic OnNlY3JldA==", 401),  // :secret
        ("Basic cHJvbWV0aGV1cw==", 401),  // prometheus
        ("Basic cHJvbWV0aGV1czpzZWNyZXQ", 401),  // not padded
        ("Basic !!!!", 401), ("Basic", 401), ("Bearer x", 401), ("", 401),
      ] {
        for target in ["/metrics", "/-/healthy", "/api/v1/live", "/nothing"] {
          if status == 200, target != "/metrics" { continue }
          let answer = try running.get(target, ["Authorization: \(header)"])
          #expect(answer?.status == status, "\(header) \(target)")
          if status == 401 {
            #expect(answer?.headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
          }
        }
      }
      #expect(try running.get("/metrics")?.status == 401)
      let twice = Array(repeating: "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ=", count: 2)
      #expect(try running.get("/metrics", twice)?.status == 401)
    }
  }

  @Test func `who is not let in is not listened to any longer`() throws {
    try RunningExporter.with(web: Self.web) { running in
      for shown in ["", "Authorization: Basic cHJvbWV0aGV1czp3cm9uZw==\r\n"] {
        let client = try RawClient(port: running.port)
        let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\(shown)\r\n"
        client.send(request + request)
        let text = try client.answer()
        #expect(client.isClosed)
        #expect(HTTPAnswer(text)?.status == 401)
        #expect(HTTPAnswer(text)?.headers["connection"] == "close")
        #expect(text.ranges(of: "401 Unauthorized").count == 1)
      }
    }
  }

  @Test func `a password that was changed no longer holds, on an open connection neither`() throws {
    try RunningExporter.with(web: Self.web) { running in
      let client = try RawClient(port: running.port)
      let request =
        "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n"
        + "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ=\r\n\r\n"
      client.send(request)
      _ = try client.answer { $0.contains("healthy") }
      let ali = Self.web.split(separator: "\n").filter { !$0.contains("prometheus") }
      try TestFile.write(
        Array(ali.joined(separator: "\n").utf8), to: "\(running.folder)/web.yml")
      #expect(running.settings.reload() == .replaced)
      client.send(request)
      #expect(try client.answer().ranges(of: "HTTP/1.1 ").count == 1)
      let prometheus = ["Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ="]
      #expect(try running.get("/-/healthy", prometheus)?.status == 401)
      let other = ["Authorization: Basic YWxpOm9wZW46c2VzYW1l"]
      #expect(try running.get("/-/healthy", other)?.status == 200)
    }
  }

  @Test func `a password that is being checked is not called wrong by what happens meanwhile`()
    throws
  {
    // Of "secret", so dear that there is time.
    let dear = """
      basic_auth_users:
        prometheus: $2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u

      """
    let request =
      "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      + "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ=\r\n\r\n"
    try RunningExporter.with(web: dear) { running in
      let clients = try (0..<4).map { _ in try RawClient(port: running.port) }
      for client in clients { client.send(request) }
      // Somebody more may ask from now on.
      try TestFile.write(
        Array("\(dear)  ali: \(Self.aliHash)\n".utf8), to: "\(running.folder)/web.yml")
      #expect(running.settings.reload() == .replaced)
      for client in clients { #expect(try !client.answer().contains(" 401 ")) }
      let late = try (0..<4).map { _ in try RawClient(port: running.port) }
      for client in late { client.send(request) }
      running.exporter.close()
      for client in late { #expect(try !client.answer().contains(" 401 ")) }
    }
  }

  private static let aliHash = "$2b$04$abcdefghijklmnopqrstuu2GbQLdjwBFdH8CcOE866nGziodmvO8K"

  @Test func `streams and connections end when others may ask, and stay when they are the same`()
    throws
  {
    try RunningExporter.with(web: Self.web) { running in
      let shown = "Authorization: Basic cHJvbWV0aGV1czpzZWNyZXQ=\r\n\r\n"
      let stream = try RawClient(port: running.port)
      stream.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n" + shown)
      _ = try stream.answer { $0.contains("event: frame") }
      let idle = try RawClient(port: running.port)
      idle.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n" + shown)
      _ = try idle.answer { $0.contains("healthy") }

      let web = "\(running.folder)/web.yml"
      try TestFile.write(Array((Self.web + "rate_limit: {interval: 1ms, burst: 9}").utf8), to: web)
      #expect(running.settings.reload() == .replaced)
      running.exporter.look()
      idle.send("GET /none HTTP/1.1\r\nHost: localhost\r\n" + shown)
      _ = try idle.answer { $0.contains("404 Not Found") }
      #expect(!stream.isClosed)

      let ali = Self.web.split(separator: "\n").filter { !$0.contains("prometheus") }
      try TestFile.write(Array(ali.joined(separator: "\n").utf8), to: web)
      #expect(running.settings.reload() == .replaced)
      running.exporter.look()
      #expect(try stream.answer().hasSuffix("0\r\n\r\n"))
      _ = try idle.answer()
      #expect(stream.isClosed && idle.isClosed)
    }
  }

  @Test func `a file that would let everybody in is not taken where somebody must be asked`() throws
  {
    try withFolder { folder in
      let path = "\(folder)/web.yml"
      try TestFile.write(Array(Self.web.utf8), to: path)
      let settings = try WebSettings(path: path, mustAskWho: true)
      try TestFile.write([], to: path)
      guard case .kept(.missing) = settings.reload() else {
        Issue.record("it was taken")
        return
      }
      #expect(settings.asksWho)
    }
  }

  @Test func `credentials are read strictly`() {
    #expect(BasicCredentials("Basic YTpi")?.name == "a")
    #expect(BasicCredentials("Basic YTpi")?.password == Array("b".utf8))
    #expect(BasicCredentials("BASIC YTo=")?.password == [])
    for text in ["Basic YTpi=", "Basic YTp", "Basic Y TpiMg==", "Basic YTo=YTo=", "Basic YTq=", ""]
    {
      #expect(BasicCredentials(text) == nil, "\(text)")
    }
  }

  @Test func `nobody is on the network without being asked, unless that is said`() throws {
    try withFolder { folder in
      for host in ["", "0.0.0.0", "[::]", "192.0.2.1", "example.org"] {
        #expect(throws: ExporterError.open(address: "\(host):0")) {
          try RunningExporter.run(in: folder, { $0.addresses = [ListenAddress("\(host):0")!] }) {
            _ in
          }
        }
      }
      try RunningExporter.run(
        in: folder,
        { options in
          options.addresses = [ListenAddress("0.0.0.0:0")!]
          options.allowsAnybody = true
        }
      ) { running in
        let answer = try running.get("/-/healthy")
        #expect(answer?.status == 200)
      }
    }
  }
}
