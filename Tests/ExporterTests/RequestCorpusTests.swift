import Kernel
import OutputTestKit
import PropertyTestKit
import RequestFuzz
import Testing

/// The inputs of the fuzzer of requests without the fuzzer, and the hostile requests over channels in memory.
@Suite struct RequestCorpusTests {
  /// What a client that means well sends, and the statuses that it gets.
  private static let good: [(name: String, requests: [String], statuses: [Int])] = [
    ("metrics", ["GET /metrics"], [200]),
    ("metrics as gzip", ["GET /metrics|Accept-Encoding: gzip"], [200]),
    (
      "OpenMetrics",
      ["GET /metrics?x=1|Accept: application/openmetrics-text; version=1.0.0;q=0.9,*/*;q=0.1"],
      [200]
    ),
    ("page", ["GET /", "GET /?at=3s&span=10s|Accept-Encoding: gzip"], [200, 200]),
    ("snapshot", ["GET /api/v1/snapshot?namespace=host&top=3"], [200]),
    ("history", ["GET /api/v1/history?from=10m&to=1s&step=2s&top=1"], [200]),
    (
      "excerpt", ["GET /api/v1/ring?namespace=host&tier=0", "GET /api/v1/ring?from=2"], [200, 200]
    ),
    ("rings", ["GET /api/v1/rings", "HEAD /api/v1/rings", "GET /-/ready"], [200, 200, 200]),
    (
      "none", ["GET /none", "HEAD /", "GET /-/healthy|Connection: close", "GET /"], [404, 200, 200]
    ),
    ("head of events", ["HEAD /api/v1/live", "GET /api/v1/live", "GET /"], [200, 200]),
  ]

  @Test func `each hostile request gets its status, however it is cut`() throws {
    try withFolder { folder in
      let harness = try RequestHarness(folder: folder)
      for (name, text, status) in HostileRequestTests.requests {
        let bytes = Array(text.utf8)
        for options: UInt8 in [0, 8] {
          let exchange = try harness.send([options] + bytes)
          #expect(exchange.problems == [], "\(name)")
          #expect(exchange.statuses == [status], "\(name)")
        }
        for place in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 40)) {
          let cut = bytes[..<place] + [0xfe, 1] + bytes[place...]
          let exchange = try harness.send([0] + cut)
          #expect(exchange.problems == [], "\(name), cut at \(place)")
          #expect(exchange.statuses == [status], "\(name), cut at \(place)")
        }
      }
    }
  }

  @Test func `good requests are answered, each once, by whoever may be asked`() throws {
    try withFolder { folder in
      let harness = try RequestHarness(folder: folder)
      for (name, input, statuses) in Self.inputs() {
        let exchange = try harness.send(input)
        #expect(exchange.problems == [], "\(name)")
        #expect(exchange.statuses == statuses, "\(name)")
      }
    }
  }

  @Test func `a request that is under way when its client hangs up leaves nothing`() throws {
    try withFolder { folder in
      let harness = try RequestHarness(folder: folder)
      for (name, input, _) in Self.inputs() {
        let exchange = try harness.send([input[0] | 4] + input.dropFirst())
        #expect(exchange.problems == [], "\(name)")
      }
    }
  }

  @Test func `the fuzzer's inputs get answers that are in order, whole, cut and changed`() throws {
    if Environment.value("UPDATE_GOLDEN") == "1" {
      for (name, input, _) in Self.inputs() + Self.hostile() {
        let file = name.map { $0.isLetter || $0.isNumber ? $0.lowercased() : "-" }.joined()
        try TestFile.write(input, to: "\(Self.corpus)/\(file)")
      }
    }
    var random = SeededGenerator.fresh()
    print("\(random.replay) changes the inputs of RequestCorpusTests; a trap needs it")
    let names = try Directory.names(in: Self.corpus).sorted()
    #expect(names.count >= 70)
    try withFolder { folder in
      let harness = try RequestHarness(folder: folder)
      for name in names {
        let input = try KernelFile.read("\(Self.corpus)/\(name)", limit: 1 << 17)
        // As it is, and to each exporter in each way.
        var inputs = [input] + (0..<16).map { [$0] + input.dropFirst() }
        for length in stride(from: 0, to: input.count, by: 131) {
          inputs.append(Array(input[..<length]))
        }
        for _ in 0..<rounds(10) {
          var changed = input
          for _ in 0...random.small(5) where !changed.isEmpty {
            let place = random.small(changed.count - 1)
            changed[place] = UInt8(truncatingIfNeeded: random.next())
          }
          inputs.append(changed)
        }
        for input in inputs {
          #expect(try harness.send(input).problems == [], "\(name), \(random.replay): \(input)")
        }
      }
    }
  }

  private static let corpus =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    .joined(separator: "/") + "/Fuzz/RequestCorpus"

  /// Inputs of good requests, for each exporter: with its name, and the statuses that it gets.
  private static func inputs() -> [(name: String, bytes: [UInt8], statuses: [Int])] {
    var inputs: [(name: String, bytes: [UInt8], statuses: [Int])] = []
    for (name, requests, statuses) in good {
      inputs.append((name, [0] + bytes(requests), statuses))
    }
    let page = bytes(["GET /", "GET /"])
    let shown = "Authorization: Basic dTpw"
    let pages = bytes(["GET /|\(shown)", "GET /|\(shown)"], between: [0xfe, 1])
    inputs.append(("password", [1] + pages, [200, 200]))
    inputs.append(("no password", [1] + page, [401]))
    inputs.append(
      ("wrong password", [1] + bytes(["GET /|Authorization: Basic dTpx"]), [401]))
    inputs.append(
      ("no ring", [2] + bytes(["GET /", "GET /-/ready", "GET /metrics"]), [503, 503, 200]))
    inputs.append(("ending", [3] + page, [200]))
    let live = bytes(["GET /api/v1/live?top=2|Last-Event-ID: 1"])
    inputs.append(("events of one that ends", [3] + live, [503]))
    inputs.append(("events", [0] + live + [0xfe, 3, 0xfe, 1, 0xfe, 3, 0xfe, 3], [200]))
    inputs.append(("deaf", [0] + live + [0xfe, 1, 0xfe, 4, 0xfe, 3, 0xfe, 2], [200]))
    inputs.append(("slow", [0] + bytes(["GET /"]).dropLast(9) + [0xfe, 2], [408]))
    inputs.append(("late", [0] + page.dropLast(9) + [0xfe, 1, 0xfe, 2], [200]))
    let history = bytes(["GET /api/v1/history", "GET /"])
    inputs.append(("broken", [0] + history + [0xfe, 6], []))
    return inputs
  }

  private static func hostile() -> [(name: String, bytes: [UInt8], statuses: [Int])] {
    HostileRequestTests.requests.map { ($0.name, [0] + Array($0.bytes.utf8), [$0.status]) }
  }

  /// The bytes of requests as "METHOD TARGET|header: value".
  private static func bytes(_ requests: [String], between: [UInt8] = []) -> [UInt8] {
    let all = requests.map { request in
      let parts = request.split(separator: "|")
      let lines = ["\(parts[0]) HTTP/1.1", "Host: localhost"] + parts.dropFirst() + ["", ""]
      return Array(lines.joined(separator: "\r\n").utf8)
    }
    return Array(all.joined(separator: between))
  }
}
