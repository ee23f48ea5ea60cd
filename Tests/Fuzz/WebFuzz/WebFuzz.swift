import Kernel
import Passwords
import WebConfiguration

/// What is wrong with how the bytes of a web configuration are read, in words; empty where all is well.
///
/// Whatever they are, they are settings that can be used, or an error that says where.
public func problemsOfReading(_ bytes: [UInt8]) -> [String] {
  let first = read(bytes)
  var problems: [String] = []
  func expect(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { problems.append(text()) }
  }
  expect(first == read(bytes), "read twice, it says different things")
  switch first {
  case .failure(let error):
    let text = error.description
    expect(text.hasPrefix("web.yml:") || text.hasPrefix("cannot open missing"), "it says \(text)")
    let lineCount = bytes.count { $0 == 10 || $0 == 13 } + 1
    if let line = line(of: error) {
      // libyaml knows line ends of Unicode too, which have more than one byte.
      expect(line >= 1 && line <= max(lineCount, bytes.count) + 1, "line \(line) of \(lineCount)")
    }
  case .success(let settings):
    expect(
      settings.asksWho == (!settings.users.isEmpty || settings.tls?.clients == .required),
      "who is asked is said twice")
    for header in settings.headers {
      expect(
        !header.value.isEmpty && header.value.utf8.allSatisfy { (0x20...0x7e).contains($0) },
        "\(header.name) has \(header.value)")
    }
    expect(Set(settings.headers.map(\.name)).count == settings.headers.count, "a header twice")
    for (name, hash) in settings.users {
      expect(!name.isEmpty && !name.contains(":"), "a name \(name)")
      expect(BcryptHash.costs.contains(hash.cost), "a hash of cost \(hash.cost)")
    }
    if let tls = settings.tls {
      expect(!tls.certificate.isEmpty && !tls.key.isEmpty, "encryption without a key")
      expect(
        (tls.clients == .none) == (tls.clientAuthorities == nil), "clients without authorities")
      expect(tls.oldest == .tls12 || tls.newest == .tls13, "no version is spoken")
      expect(
        tls.cipherSuites?.allSatisfy(TLSSettings.suites.contains) ?? true, "a suite nobody has")
    }
    if let limit = settings.rateLimit {
      expect(
        (1_000_000...3_600_000_000_000).contains(limit.intervalNanoseconds)
          && (1...1_000_000).contains(limit.burst), "a limit of \(limit)")
    }
  }
  return problems
}

/// The files that are named are there, but for those whose names begin with "missing".
private func read(_ bytes: [UInt8]) -> Result<WebConfiguration, WebConfigurationError> {
  Result { () throws(WebConfigurationError) in
    try WebConfiguration(yaml: bytes, source: "web.yml") { (path) throws(WebConfigurationError) in
      guard !path.hasPrefix("missing") else {
        throw .unreadable(SystemCallError("open", path, .noEntry))
      }
      return Array("PEM of \(path)".utf8)
    }
  }
}

private func line(of error: WebConfigurationError) -> Int? {
  switch error {
  case .unknownKey(_, let line, _), .notOffered(_, let line, _, _), .value(_, let line, _, _),
    .missing(_, let line, _, _):
    line
  case .unreadable, .malformed, .tls: nil
  }
}

/// What scripts/fuzz links as libFuzzer's entry.
@c(WebFuzz_oneInput)
public func fuzzOneConfiguration(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  let problems = problemsOfReading(bytes)
  guard problems.isEmpty else { fatalError(problems.joined(separator: "; ")) }
  return 0
}
