public import Kernel
internal import Passwords
public import YAML

/// Why a web configuration cannot be used: where, what was found, what is allowed.
public enum WebConfigurationError: Error, Hashable, Sendable {
  /// A file cannot be read.
  case unreadable(SystemCallError)
  /// The file is no YAML that is taken.
  case malformed(source: String, YAMLError)
  /// There is no such key; `key` is its whole path.
  case unknownKey(source: String, line: Int, key: String)
  /// The format has this key, or this value of it, and this program cannot do what it says.
  case notOffered(source: String, line: Int, key: String, why: String)
  /// The key's value cannot be that.
  case value(source: String, line: Int, key: String, allowed: String)
  /// The key is missing.
  case missing(source: String, line: Int, key: String, why: String)
  /// Certificate and key cannot be used, as the TLS library says it.
  case tls(source: String, String)
}

extension WebConfigurationError: CustomStringConvertible {
  /// "/etc/ullage/web.yml:3: basic_auth_users.prometheus takes a bcrypt hash …".
  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .malformed(let source, let error): "\(source)\(Self.words(error))"
    case .unknownKey(let source, let line, let key): "\(source):\(line): there is no key \(key)"
    case .notOffered(let source, let line, let key, let why):
      "\(source):\(line): \(key) is not offered: \(why)"
    case .value(let source, let line, let key, let allowed):
      "\(source):\(line): \(key.isEmpty ? "the file" : key) takes \(allowed)"
    case .missing(let source, let line, let key, let why):
      "\(source):\(line): \(key) is missing: \(why)"
    case .tls(let source, let problem): "\(source): \(problem)"
    }
  }

  private static func words(_ error: YAMLError) -> String {
    switch error {
    case .malformed(let line, let problem): ":\(line): this is no YAML: \(problem)"
    case .duplicateKey(let line, let key): ":\(line): \(key) stands twice"
    case .keyIsNoText(let line): ":\(line): a key must be text"
    case .tooLarge: ": deeper or longer than such a file can be"
    case .severalDocuments(let line): ":\(line): a second document begins"
    }
  }
}
