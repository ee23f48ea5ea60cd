public import HostFacts
public import Inet
public import Kernel

/// Why a probe could not ask.
public enum ProbeError: Error, Hashable, Sendable {
  /// CAP_NET_ADMIN in the namespace is missing: TCP_REPAIR was refused.
  case notPermitted(SystemCallError)
  /// This kernel does not know IP_LOCAL_PORT_RANGE (6.3).
  case unsupported(KernelVersion)
  /// There is no route; to a loopback address: its interface was never up, or has no address.
  case noRoute(IPAddress, Errno)
  /// connect() was refused for a reason that has nothing to do with ports (a filter of a cgroup).
  case refused(IPAddress, Errno)
  /// The range or the reserved ports were changed while they were probed: ask again.
  case changed
  /// The range or the reserved ports could not be read.
  case fact(FactError)
  /// Any other call that failed.
  case system(SystemCallError)

  /// A call on a probe's socket that failed.
  init(_ error: SystemCallError) {
    self =
      switch (error.operation, error.errno) {
      case (ProbeSocket.repairing, .notPermitted): .notPermitted(error)
      case (ProbeSocket.narrowing, .unknownOption): .unsupported(.running())
      default: .system(error)
      }
  }

  /// A connect() to `address` that failed, and not for want of a port.
  init(_ errno: Errno, to address: IPAddress) {
    self =
      switch errno {
      case .networkUnreachable, .hostUnreachable: .noRoute(address, errno)
      default: .refused(address, errno)
      }
  }

  /// What `body` returns; a call that fails is a probe that could not ask.
  static func rewording<Value: ~Copyable>(
    _ body: () throws(SystemCallError) -> Value
  ) throws(ProbeError) -> Value {
    do throws(SystemCallError) { return try body() } catch { throw ProbeError(error) }
  }
}

extension ProbeError: CustomStringConvertible {
  /// What was tried, on what, what came back, what to do.
  public var description: String {
    switch self {
    case .notPermitted(let error):
      "\(error): a probe without packets needs CAP_NET_ADMIN in the network namespace (root has it)"
    case .unsupported(let kernel):
      "cannot probe single ports: IP_LOCAL_PORT_RANGE came with Linux 6.3, and this is \(kernel)"
    case .noRoute(let address, let errno):
      address.isLoopback
        ? "cannot probe towards \(address): \(errno); the interface lo must be up: ip link set lo up"
        : "cannot probe towards \(address): \(errno)"
    case .refused(let address, let errno): "cannot probe towards \(address): \(errno)"
    case .changed:
      "cannot probe the range: ip_local_port_range or ip_local_reserved_ports changed meanwhile"
    case .fact(let error): "\(error)"
    case .system(let error): "\(error)"
    }
  }
}
