public import Kernel

/// Why a configuration cannot be used: where, what was found, what is allowed.
public enum ConfigurationError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(SystemCallError)
  /// The file is no JSON5; up to this line, from 1, it is.
  case malformed(source: String, afterLine: Int)
  /// There is no such key; `key` is its whole path.
  case unknownKey(source: String, key: String, nearest: String?)
  /// The key's value cannot be that.
  case value(source: String, key: String, found: String, allowed: String)
  /// The key is missing.
  case missing(source: String, key: String, why: String)
}

extension ConfigurationError: CustomStringConvertible {
  /// "/etc/ullage/ullage.json5: budget is "much"; it takes a ratio from 0.001 to 1".
  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .malformed(let source, let line):
      line == 0 ? "\(source): this is no JSON5" : "\(source): this is no JSON5 after line \(line)"
    case .unknownKey(let source, let key, let nearest):
      "\(source): there is no key \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .value(let source, let key, let found, let allowed):
      "\(source): \(key) is \(found); it takes \(allowed)"
    case .missing(let source, let key, let why): "\(source): \(key) is missing: \(why)"
    }
  }
}
