public import Kernel

/// Why failed connects cannot be counted on this host.
public enum ConnectFailureError: Error, Hashable, Sendable {
  /// No tracefs could be read.
  case tracefs(SystemCallError)
  /// The tracepoint is missing, or is another one than we know.
  case tracepoint(FactError)
  /// perf_event_open(2) was refused.
  case perf(SystemCallError)
  /// A trace instance was refused.
  case instance(SystemCallError)

  /// What to give the program so that it can; nil where nothing helps.
  public var grant: String? {
    switch self {
    case .tracefs(let error) where error.errno == .permissionDenied,
      .tracepoint(.unreadable(let error)) where error.errno == .permissionDenied:
      "CAP_DAC_READ_SEARCH for tracefs, which is root's alone (0700), and CAP_PERFMON"
    case .tracefs: "a tracefs: mount -t tracefs tracefs /sys/kernel/tracing, and CAP_PERFMON"
    case .perf(let error) where error.errno == .permissionDenied || error.errno == .notPermitted:
      "CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8), in the initial user namespace"
    case .instance(let error)
    where error.errno == .permissionDenied || error.errno == .readOnly:
      "a tracefs that may be written to (CAP_DAC_OVERRIDE, mounted rw)"
    case .perf, .tracepoint, .instance: nil
    }
  }
}

extension ConnectFailureError: CustomStringConvertible {
  /// What was tried, what came back, and what helps.
  public var description: String {
    let reason =
      switch self {
      case .tracefs(let error), .perf(let error), .instance(let error): "\(error)"
      case .tracepoint(let error): "\(error)"
      }
    return reason + (grant.map { "; it needs \($0)" } ?? "")
  }
}

extension FactError {
  /// A tracepoint whose fields are not those that we know.
  static var unexpectedFields: FactError {
    .unexpected(path: "the format of sock:inet_sock_set_state", [])
  }
}
