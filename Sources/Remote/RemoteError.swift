public import Kernel
public import Ring
public import WebClient

/// Why a host elsewhere cannot be looked at.
public enum RemoteError: Error, Hashable, Sendable {
  /// Its exporter gave no answer that could be used.
  case server(ServerError)
  /// What it gave is no ring, or cannot be kept here.
  case ring(RingError)
  /// The program that shows it cannot be run.
  case view(SystemCallError)
}

extension RemoteError: CustomStringConvertible {
  /// What was tried, on what, what came back, and what to do.
  public var description: String {
    switch self {
    // The exporter's own words say what is not there.
    case .server(.status(let server, code: 404, let text)): "\(server): \(text)"
    case .server(let error): error.description
    case .ring(let error): error.description
    case .view(let error): error.description
    }
  }
}
