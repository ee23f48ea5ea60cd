import NIOHTTP1

/// What holds for each answer, whatever was asked.
enum AnswerRules {
  /// Statuses that there are; of those from 500 on only "come again later".
  private static let statuses: Set<Int> = [
    200, 400, 401, 404, 405, 408, 413, 421, 429, 431, 503,
  ]

  /// The rules that an answer breaks, in words.
  static func broken(
    by answer: AnswerReader.Answer, to witnessed: ExchangeWitness.Answer, _ kind: Exporters.Kind
  ) -> [String] {
    var broken: [String] = []
    func expect(_ holds: Bool, _ text: @autoclosure () -> String) {
      if !holds { broken.append(text()) }
    }
    let status = answer.status
    expect(status == witnessed.status, "\(status) sent for \(witnessed.status)")
    expect(statuses.contains(status), "status \(status)")
    for name in [
      "content-type", "content-security-policy", "cache-control", "x-content-type-options",
    ] {
      expect(answer.values(name).count == 1, "\(name): \(answer.values(name))")
    }
    expect(status != 405 || answer.values("allow") == ["GET, HEAD"], "405 without what is allowed")
    expect(status != 401 || kind == .secret, "401 where nobody is asked")
    expect(
      status != 503 || kind == .empty || !answer.values("retry-after").isEmpty,
      "503 without when to come again")
    expect(
      status != 200 || kind != .secret
        || answer.values("x-frame-options") == ["deny"], "without the headers that are wanted")
    guard let request = witnessed.request else {
      expect([400, 408, 431].contains(status) && answer.isLast, "\(status) to what is no request")
      return broken
    }
    let isOld = request.version == .http1_0
    expect(answer.version == (isOld ? "HTTP/1.0" : "HTTP/1.1"), "\(answer.version)")
    if status == 200 {
      expect(request.method == .GET || request.method == .HEAD, "\(request.method) answered")
      expect(kind != .secret || hasPassword(request), "answered without the password")
      expect(kind != .local || isLocal(request), "answered by the name of somebody else")
    }
    return broken
  }

  private static func hasPassword(_ request: HTTPRequestHead) -> Bool {
    let values = request.headers["Authorization"]
    return values.count == 1 && values[0].lowercased().hasPrefix("basic ")
      && values[0].dropFirst(6) == Exporters.authorization
  }

  /// Whether the host is this one's: an address, which has only digits and marks, or its name.
  private static func isLocal(_ request: HTTPRequestHead) -> Bool {
    guard let host = request.headers.first(name: "Host")?.lowercased() else {
      return request.version == .http1_0
    }
    let name = host.hasPrefix("[") ? host[...] : host.prefix { $0 != ":" }
    return name == "localhost" || name.hasSuffix(".localhost")
      || !name.isEmpty && name.first?.isHexDigit == true && !name.contains { $0 > "f" }
      || name.hasPrefix("[")
  }
}
