public import Fleet
internal import FoundationEssentials
public import WebClient

/// What a server answered to an instant query, and its own remarks.
///
/// The format: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
public struct PrometheusReply: Hashable, Sendable {
  /// The series, in the server's order.
  public var samples: [MetricSample]
  /// What the server says that its answer lacks: shards that did not answer, for one.
  public var remarks: [String]

  /// The reply in `body`, which came from `server`.
  ///
  /// Nothing in it is believed to have a shape: what is no sample is an error, and none is left out silently.
  public init(_ body: [UInt8], from server: String) throws(ServerError) {
    let reply: Envelope
    do {
      reply = try JSONDecoder().decode(Envelope.self, from: Data(body))
    } catch {
      throw .malformed(server, why: "this is no such document: \(ServerAnswer.start(of: body))")
    }
    guard reply.status == "success" else {
      throw .refused(
        server, kind: ServerAnswer.words(reply.errorType ?? "error", characterCountMax: 100),
        text: ServerAnswer.words(
          reply.error ?? "it does not say why", characterCountMax: 500))
    }
    guard let data = reply.data, data.resultType == "vector" else {
      throw .malformed(
        server,
        why:
          "no vector but \(reply.data.map { ServerAnswer.words($0.resultType, characterCountMax: 30) } ?? "nothing")"
      )
    }
    samples = []
    samples.reserveCapacity(data.result.count)
    for series in data.result {
      guard let value = Self.number(series.value.text) else {
        throw .malformed(
          server,
          why:
            "\"\(ServerAnswer.words(series.value.text, characterCountMax: 30))\" is no number")
      }
      samples.append(MetricSample(series.metric, value))
    }
    remarks = ((reply.warnings ?? []) + (reply.infos ?? [])).prefix(20).map {
      ServerAnswer.words($0, characterCountMax: 300)
    }
  }

  /// As Prometheus writes numbers: "NaN", "+Inf" and "-Inf" too.
  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: Double(text)
    }
  }
}

private struct Envelope: Decodable {
  struct Result: Decodable {
    let resultType: String
    let result: [Series]

    private enum Key: String, CodingKey { case resultType, result }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      resultType = try container.decode(String.self, forKey: .resultType)
      // Of another type the elements have another shape.
      result =
        resultType == "vector" ? try container.decode([Series].self, forKey: .result) : []
    }
  }

  struct Series: Decodable {
    let metric: [String: String]
    let value: Value
  }

  /// `[time, "value"]`.
  struct Value: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      _ = try container.decode(Double.self)
      text = try container.decode(String.self)
    }
  }

  let status: String
  let data: Result?
  let errorType: String?
  let error: String?
  let warnings: [String]?
  let infos: [String]?
}
