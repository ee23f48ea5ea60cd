public import HostFacts
public import Kernel
public import Netlink

/// Why no sample could be taken.
public enum SampleError: Error, Hashable, Sendable {
  /// The kernel did not answer a dump, or not rightly.
  case netlink(NetlinkError)
  /// The range of ports could not be had, without which nothing can be computed.
  case fact(FactError)
  /// A thread or a namespace could not be had.
  case system(SystemCallError)
}

extension SampleError: CustomStringConvertible {
  /// What was tried, on what, what came back, and what to do.
  public var description: String {
    switch self {
    case .netlink(let error): Self.advice(error).map { "\(error); \($0)" } ?? "\(error)"
    case .fact(let error): "\(error)"
    case .system(let error): Self.advice(error).map { "\(error); \($0)" } ?? "\(error)"
    }
  }

  private static func advice(_ error: NetlinkError) -> String? {
    switch error.errno {
    case .noEntry?, .notSupported?:
      "this kernel has no tcp_diag loaded: modprobe tcp_diag (in a container: on the host)"
    case .protocolNotSupported?: "this kernel has no sock_diag (CONFIG_INET_DIAG)"
    case .notPermitted?, .permissionDenied?:
      "something forbids netlink here: a seccomp profile or RestrictAddressFamilies without AF_NETLINK"
    case .noBufferSpace?: "the kernel had no memory for a batch; try again"
    case .busy?: "another dump runs on the same socket, which is a bug of ours: please report it"
    default: nil
    }
  }

  private static func advice(_ error: SystemCallError) -> String? {
    switch (error.operation, error.errno) {
    case ("enter", .notPermitted):
      return "entering another network namespace needs CAP_SYS_ADMIN: run as root"
    case ("open", .noEntry) where error.subject.hasPrefix(NetworkNamespace.directory):
      let names = (try? Directory.names(in: NetworkNamespace.directory)) ?? []
      return names.isEmpty
        ? "`ip netns` has named none; a process id works too"
        : "`ip netns` has named \(names.sorted().prefix(20).joined(separator: ", "))"
    case ("open", .noEntry) where error.subject.hasPrefix("/proc/"): return "no such process"
    case ("open", .permissionDenied) where error.subject.hasPrefix("/proc/"):
      return "the namespace of another user's process needs CAP_SYS_PTRACE: run as root"
    default: return nil
    }
  }
}
