internal import AsyncHTTPClient
internal import Kernel
internal import NIOHTTP1

/// What a server wants to be shown: a user's name and password, or a token. From a file alone.
public enum ServerCredentials: Hashable, Sendable {
  /// HTTP's basic authentication.
  case basic(user: String, password: String)
  /// A token, as OAuth has it.
  case bearer(String)

  /// The credentials in the file at `path`, one line: `user:password`, or `Bearer TOKEN`.
  ///
  /// A file that others may read is refused.
  public init(path: String) throws(ServerError) {
    let bytes: [UInt8], permissions: UInt32
    do throws(SystemCallError) {
      bytes = try KernelFile.read(path)
      permissions = try FileStatus(of: path).permissions
    } catch {
      throw .file(path, why: error.description)
    }
    guard permissions & 0o077 == 0 else {
      throw .file(path, why: "others than its owner may read it; chmod 600 keeps them out")
    }
    try self.init(String(decoding: bytes, as: UTF8.self), source: path)
  }

  init(_ text: String, source: String) throws(ServerError) {
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count == 1, let line = lines.first,
      line.utf8.allSatisfy({ $0 >= 32 && $0 != 127 })
    else { throw .file(source, why: "it takes one line: user:password, or Bearer TOKEN") }
    if line.hasPrefix("Bearer ") {
      self = .bearer(String(line.dropFirst(7)))
    } else if let colon = line.firstIndex(of: ":") {
      self = .basic(
        user: String(line[..<colon]), password: String(line[line.index(after: colon)...]))
    } else {
      throw .file(source, why: "it has neither user:password nor Bearer TOKEN")
    }
  }

  /// Puts them into a request.
  func authorize(_ request: inout HTTPClientRequest) {
    switch self {
    case .basic(let user, let password):
      request.setBasicAuth(username: user, password: password)
    case .bearer(let token):
      request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)")
    }
  }
}
