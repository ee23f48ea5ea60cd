internal import Kernel
internal import Ring
public import WebClient

/// A ring of another host, as that host's exporter serves it: `/api/v1/ring`.
public struct RemoteRing: Sendable {
  /// Whom to ask.
  public let client: ServerClient
  /// The namespace's name; nil: the host's own, or the only one.
  public let namespace: String?

  /// The ring of `namespace` at the exporter that `client` asks.
  public init(_ client: ServerClient, namespace: String? = nil) {
    self.client = client
    self.namespace = namespace
  }

  /// The slots of `tier` from `number` on, as many as come at once; without a number the header alone.
  func excerpt(tier: Int, from number: UInt64?) async throws(RemoteError) -> RingExcerpt {
    var path = "/api/v1/ring?tier=\(tier)"
    if let number { path += "&from=\(number)" }
    if let namespace { path += "&namespace=\(ServerClient.escaped(namespace))" }
    let answer: ServerAnswer
    do throws(ServerError) {
      answer = try await client.get(path)
    } catch {
      throw .server(error)
    }
    guard answer.code == 200 else { throw .server(answer.error) }
    guard RingExcerpt.begins(answer.body) else {
      let start = ServerAnswer.start(of: answer.body)
      throw .server(.malformed(client.address.text, why: "this is no excerpt of a ring: \(start)"))
    }
    do throws(RingError) {
      return try RingExcerpt(answer.body, from: client.address.text)
    } catch {
      throw .ring(error)
    }
  }
}
