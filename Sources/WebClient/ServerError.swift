/// Why a server gave no answer.
public enum ServerError: Error, Hashable, Sendable {
  /// The address is no URL that can be asked.
  case address(String, why: String)
  /// A file with credentials or certificates cannot be used.
  case file(String, why: String)
  /// No connection, or one that broke; the library's words.
  case unreachable(String, why: String)
  /// No whole answer came in time.
  case slow(String, seconds: Int)
  /// The server answered with a status that is no success, and its first words.
  case status(String, code: Int, text: String)
  /// The server refused the query.
  case refused(String, kind: String, text: String)
  /// The answer is none that such a server gives.
  case malformed(String, why: String)
}

extension ServerError: CustomStringConvertible {
  /// What was tried, on what, what came back, and what to do.
  public var description: String {
    switch self {
    case .address(let address, let why): "\(address) cannot be asked: \(why)"
    case .file(let path, let why): "cannot use \(path): \(why)"
    case .unreachable(let server, let why): "no answer from \(server): \(why)"
    case .slow(let server, let seconds):
      "no whole answer from \(server) within \(seconds) s; --timeout gives it longer"
    case .status(let server, let code, let text):
      "\(server) answered with status \(code)\(text.isEmpty ? "" : ": \(text)")"
        + Self.hint(code)
    case .refused(let server, let kind, let text):
      "\(server) refused the query: \(kind): \(text)"
    case .malformed(let server, let why):
      "\(server) answered, but not as it should: \(why)"
    }
  }

  private static func hint(_ code: Int) -> String {
    switch code {
    case 300...399: "; give the address that it points to"
    case 401, 403: "; --credentials names the file with what it wants"
    case 404: "; does its address lack a path, such as /prometheus?"
    case 429: "; it answers fewer requests a second than were made"
    default: ""
    }
  }
}
