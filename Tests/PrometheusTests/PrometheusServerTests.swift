import Fleet
import Kernel
import NIOHTTP1
import OutputTestKit
import Prometheus
import Testing
import WebClient

/// Conversations with servers that do well, badly, or nothing.
@Suite struct PrometheusServerTests {
  private static let empty = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#

  /// What comes of one query to `fake`: nil where it was answered.
  private func error(
    of fake: FakeServer, _ query: String = "up", credentials: ServerCredentials? = nil,
    timeoutSeconds: Int = 10
  ) async throws -> ServerError? {
    let server = PrometheusServer(
      try ServerClient(
        ServerAddress(fake.url), credentials: credentials, timeoutSeconds: timeoutSeconds))
    var found: ServerError?
    do throws(ServerError) { _ = try await server.query(query) } catch { found = error }
    await server.end()
    return found
  }

  @Test func `a query is a form, with what the server wants to be shown`() async throws {
    try await FakeServer.with(Self.empty) { fake in
      #expect(try await error(of: fake, credentials: .basic(user: "me", password: "ä:b")) == nil)
      let request = try #require(fake.requests.first)
      #expect(request.head.uri == "/api/v1/query" && request.head.method == .POST)
      #expect(request.body == "query=up")
      #expect(request.head.headers["Authorization"] == ["Basic bWU6w6Q6Yg=="])
    }
  }

  @Test func `a token is shown as it is, and a query is escaped`() async throws {
    try await FakeServer.with(Self.empty) { fake in
      let query = "a{b=~\"ä\"} + 1"
      #expect(try await error(of: fake, query, credentials: .bearer("x.y")) == nil)
      let request = try #require(fake.requests.first)
      #expect(request.head.headers["Authorization"] == ["Bearer x.y"])
      #expect(request.body == "query=a%7Bb%3D~%22%C3%A4%22%7D%20%2B%201")
    }
  }

  @Test func `a redirect is not followed, and credentials go nowhere else`() async throws {
    try await FakeServer.with(Self.empty) { other in
      let url = other.url
      try await FakeServer.with(answering: { _ in (.temporaryRedirect, ["Location": url], "") }) {
        let found = try await error(of: $0, credentials: .bearer("x"))
        guard case .status(_, 307, _) = found else {
          Issue.record("\(String(describing: found))")
          return
        }
      }
      #expect(other.requests.isEmpty)
    }
  }

  @Test func `a server that never answers is waited for no longer than was said`() async throws {
    try await FakeServer.with(answering: { _ in nil }) { fake in
      let found = try await error(of: fake, timeoutSeconds: 1)
      #expect(found == .slow(fake.url, seconds: 1))
    }
  }

  @Test(arguments: [401, 404, 500])
  func `a status that is no success is told with its number`(_ code: Int) async throws {
    try await FakeServer.with("no\u{1b}[2J", status: .init(statusCode: code)) { fake in
      let found = try #require(try await error(of: fake))
      #expect(found.description.contains("status \(code)"))
    }
  }

  /// A server with one host that is nearly full.
  private static func oneHost(_ request: FakeServer.Request) -> String {
    let value = request.body.contains("worst_pool_usage") ? "0.97" : "1"
    let isKnown = request.body.contains("worst_pool_usage") || request.body.contains("ullage_up")
    let host = #"{"metric":{"instance":"web-1"},"value":[1,"\#(value)"]}"#
    return
      #"{"status":"success","data":{"resultType":"vector","result":[\#(isKnown ? host : "")]}}"#
  }

  /// The tool, run to its end.
  private func fleet(_ arguments: String...) throws -> Program.Run {
    try Program.built("ullage", ["fleet"] + arguments).run()
  }

  @Test func `the tool ranks the hosts of a server, and its status is the answer`() async throws {
    try await FakeServer.with(answering: { (.ok, [:], Self.oneHost($0)) }) { fake in
      let run = try fleet("--prometheus", fake.url)
      #expect(run.end == .status(1) && run.text.hasPrefix("CRITICAL"), "\(run.text) \(run.message)")
      #expect(run.text.contains("web-1") && run.text.contains("97.0 %"))
      let calm = try fleet("--prometheus", fake.url, "--fail-at", "exhausted")
      #expect(calm.end == .status(0))
      let redacted = try fleet("--prometheus", fake.url, "--json", "--redact")
      #expect(!redacted.text.contains("web-1") && redacted.text.contains("ullage.fleet/1"))
    }
  }

  @Test func `without an answer or without hosts the tool says so, with status 2`() async throws {
    try await FakeServer.with(Self.empty) { fake in
      let empty = try fleet("--prometheus", fake.url)
      #expect(empty.end == .status(2) && empty.output.isEmpty)
      #expect(empty.message.contains("no metrics of ullage-exporter"), "\(empty.message)")
    }
    // tcpmux: nobody listens there.
    let url = "http://127.0.0.1:1"
    let gone = try fleet("--prometheus", url)
    #expect(gone.end == .status(2) && gone.output.isEmpty)
    #expect(gone.message.contains("ECONNREFUSED 111"), "\(gone.message)")
    for wrong in [
      try fleet(), try fleet("--prometheus", url, "--top", "-1"),
      try fleet("--prometheus", url, "--match", "x"),
    ] { #expect(wrong.end == .status(64), "\(wrong.message)") }
  }
}
