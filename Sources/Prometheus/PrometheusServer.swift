public import WebClient

/// A server that answers PromQL: Prometheus, Thanos, Mimir, VictoriaMetrics.
public struct PrometheusServer: Sendable {
  private let client: ServerClient

  /// The server that `client` asks.
  public init(_ client: ServerClient) { self.client = client }

  /// Where it is.
  public var address: ServerAddress { client.address }

  /// The answer to an instant query.
  public func query(_ promQL: String) async throws(ServerError) -> PrometheusReply {
    let answer = try await client.post("/api/v1/query", field: "query", promQL)
    // A refused query is status 400 or 422, with the reason in the document.
    guard (200..<300).contains(answer.code) || [400, 422, 503].contains(answer.code) else {
      throw answer.error
    }
    return try PrometheusReply(answer.body, from: address.text)
  }

  /// Closes what is open.
  public func end() async { await client.end() }
}
