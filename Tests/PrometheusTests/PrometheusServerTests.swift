import Fleet
import Kernel
import NIOHTTP1
import OutputTestKit
import Prometheus
import Testing

/// Conversations with servers that do well, badly, or nothing.
@Suite struct PrometheusServerTests {
  private static let empty = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#

  /// The error of one query to `fake`.
  private func error(
    of fake: FakeServer, credentials: ServerCredentials? = nil, timeoutSeconds: Int = 10
  ) async throws -> PrometheusError? {
    let server = try PrometheusServer(
      ServerAddress(fake.url), credentials: credentials, timeoutSeconds: timeoutSeconds)
    var found: PrometheusError?
    do throws(PrometheusError) { _ = try await server.query("up") } catch { found = error }
    await server.end()
    await fake.end()
    return found
  }

  @Test func `a query is a form, with what the server wants to be shown`() async throws {
    let fake = try await FakeServer(Self.empty)
    #expect(try await error(of: fake, credentials: .basic(user: "me", password: "ä:b")) == nil)
    let request = try #require(fake.requests.first)
    #expect(request.head.uri == "/api/v1/query" && request.head.method == .POST)
    #expect(request.body == "query=up")
    #expect(request.head.headers["Authorization"] == ["Basic bWU6w6Q6Yg=="])
  }

  @Test func `a token is shown as it is, and a query is escaped`() async throws {
    let fake = try await FakeServer(Self.empty)
    let server = try PrometheusServer(ServerAddress(fake.url), credentials: .bearer("x.y"))
    _ = try await server.query("a{b=~\"ä\"} + 1")
    await server.end()
    await fake.end()
    let request = try #require(fake.requests.first)
    #expect(request.head.headers["Authorization"] == ["Bearer x.y"])
    #expect(request.body == "query=a%7Bb%3D~%22%C3%A4%22%7D%20%2B%201")
  }

  @Test func `a redirect is not followed, and credentials go nowhere else`() async throws {
    let other = try await FakeServer(Self.empty)
    let url = other.url
    let fake = try await FakeServer { _ in (.temporaryRedirect, ["Location": url], "") }
    let found = try await error(of: fake, credentials: .bearer("x"))
    guard case .status(_, 307, _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(other.requests.isEmpty)
    await other.end()
  }

  @Test func `a server that never answers is waited for no longer than was said`() async throws {
    let fake = try await FakeServer { _ in nil }
    let url = fake.url
    #expect(try await error(of: fake, timeoutSeconds: 1) == .slow(url, seconds: 1))
  }

  @Test(arguments: [401, 404, 500])
  func `a status that is no success is told with its number`(_ code: Int) async throws {
    let fake = try await FakeServer("no\u{1b}[2J", status: .init(statusCode: code))
    let found = try #require(try await error(of: fake))
    #expect(found.description.contains("status \(code)"))
  }

  @Test func `the tool ranks the hosts of a server, and its status is the answer`() async throws {
    let fake = try await FakeServer { request in
      let result =
        request.body.contains("worst_pool_usage")
        ? #"{"metric":{"instance":"web-1"},"value":[1,"0.97"]}"#
        : request.body.contains("ullage_up")
          ? #"{"metric":{"instance":"web-1"},"value":[1,"1"]}"# : ""
      return (
        .ok, [:],
        #"{"status":"success","data":{"resultType":"vector","result":["# + result + "]}}"
      )
    }
    let arguments = ["fleet", "--prometheus", fake.url]
    let run = try Program.built("ullage", arguments).run()
    #expect(run.end == .status(1) && run.text.hasPrefix("CRITICAL"), "\(run.text) \(run.message)")
    #expect(run.text.contains("web-1") && run.text.contains("97.0 %"))
    let calm = try Program.built("ullage", arguments + ["--fail-at", "exhausted"]).run()
    #expect(calm.end == .status(0))
    let redacted = try Program.built("ullage", arguments + ["--json", "--redact"]).run()
    #expect(!redacted.text.contains("web-1") && redacted.text.contains("ullage.fleet/1"))
    await fake.end()
  }

  @Test func `without an answer or without hosts the tool says so, with status 2`() async throws {
    let fake = try await FakeServer(Self.empty)
    let empty = try Program.built("ullage", ["fleet", "--prometheus", fake.url]).run()
    #expect(empty.end == .status(2) && empty.output.isEmpty)
    #expect(empty.message.contains("no metrics of ullage-exporter"), "\(empty.message)")
    await fake.end()
    // tcpmux: nobody listens there.
    let url = "http://127.0.0.1:1"
    let gone = try Program.built("ullage", ["fleet", "--prometheus", url]).run()
    #expect(gone.end == .status(2) && gone.output.isEmpty)
    #expect(gone.message.contains("ECONNREFUSED 111"), "\(gone.message)")
    for arguments in [
      [], ["--prometheus", url, "--top", "-1"], ["--prometheus", url, "--match", "x"],
    ] {
      let wrong = try Program.built("ullage", ["fleet"] + arguments).run()
      #expect(wrong.end == .status(64), "\(arguments): \(wrong.message)")
    }
  }
}
