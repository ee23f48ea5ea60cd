public import Kernel

/// A fact of the host that could not be had.
public enum FactError: Error, Hashable, Sendable {
  /// Its file could not be read.
  case unreadable(SystemCallError)
  /// Its file says something that we do not understand; the first bytes are kept.
  case unexpected(path: String, [UInt8])
}

extension FactError: CustomStringConvertible {
  /// What was tried, on what, what came back.
  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .unexpected(let path, let bytes):
      "cannot understand \(path): it says \"\(String(decoding: bytes.prefix(40), as: UTF8.self))\""
    }
  }
}
