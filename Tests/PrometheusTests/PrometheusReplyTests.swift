import Fleet
import Prometheus
import PropertyTestKit
import Testing
import WebClient

/// What replies say, and what is none.
@Suite struct PrometheusReplyTests {
  private static func reply(_ text: String) throws(ServerError) -> PrometheusReply {
    try PrometheusReply(Array(text.utf8), from: "http://p")
  }

  private static let vector = """
    {"status":"success","warnings":["a store did not answer"],"data":{"resultType":"vector","result":[
    {"metric":{"instance":"a"},"value":[1.5,"0.25"]},{"metric":{},"value":[1,"NaN"]},
    {"metric":{"instance":"c"},"value":[1,"+Inf"]},{"metric":{"instance":"d"},"value":[1,"-Inf"]}]}}
    """

  @Test func `a vector has its series and the server's remarks`() throws {
    let reply = try Self.reply(Self.vector)
    #expect(reply.samples.map { $0.labels["instance"] } == ["a", nil, "c", "d"])
    #expect(reply.samples[0].value == 0.25 && reply.samples[1].value.isNaN)
    #expect(reply.samples[2].value == .infinity && reply.samples[3].value == -.infinity)
    #expect(reply.remarks == ["a store did not answer"])
  }

  @Test func `a refused query is told in the server's words`() {
    let error = #expect(throws: ServerError.self) {
      try Self.reply(#"{"status":"error","errorType":"bad_data","error":"parse error"}"#)
    }
    #expect(error?.description == "http://p refused the query: bad_data: parse error")
  }

  @Test(arguments: [
    "", "{}", "[]", "null", "<html>", #"{"status":"success"}"#,
    #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
    #"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#,
    #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}"#,
    #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}"#,
    #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"1"]}]}}"#,
  ])
  func `what is no vector is an error that says so`(_ text: String) {
    let error = #expect(throws: ServerError.self) { try Self.reply(text) }
    guard case .malformed = error else {
      Issue.record("\(text): \(String(describing: error))")
      return
    }
  }

  @Test func `damaged replies are read or refused`() {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    for _ in 0..<rounds(300) {
      var bytes = Array(Self.vector.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes[place] = .random(in: 0...255, using: &random)
        } else {
          bytes = Array(bytes.prefix(max(1, place)))
        }
      }
      do throws(ServerError) {
        let reply = try PrometheusReply(bytes, from: "p")
        #expect(reply.samples.count <= 4, "seed \(random.seed)")
      } catch {
        #expect(!error.description.isEmpty, "seed \(random.seed)")
      }
    }
  }

  @Test func `brackets without end are refused`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ServerError.self) { try Self.reply(deep) }
    #expect(throws: ServerError.self) { try Self.reply(#"{"data":"# + deep) }
  }

  @Test func `what a server says does nothing to a terminal`() {
    let wild = #"\u001b]0;owned\u0007\u001b[2J\nsecond\u202e line"#
    for body in [
      #"{"status":"error","errorType":"\#(wild)","error":"\#(wild)"}"#,
      #"{"status":"success","data":{"resultType":"\#(wild)","result":[]}}"#,
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"\#(wild)"]}]}}"#,
      "\u{1b}[2J\u{9b}31m",
    ] {
      let error = #expect(throws: ServerError.self) {
        try PrometheusReply(Array(body.utf8), from: "http://p")
      }
      let text = error?.description ?? ""
      #expect(
        text.unicodeScalars.allSatisfy {
          $0.value >= 32 && !(0x7f...0x9f).contains($0.value) && $0 != "\u{202e}"
        }, "\(text)")
      #expect(text.count < 400)
    }
  }
}
