internal import Kernel

/// Limits and counters of one network namespace that a diagnosis looks at; nil where one cannot be read.
public struct NamespaceLimits: Hashable, Sendable {
  /// Connections that netfilter follows.
  public var conntrack: ConntrackTable?
  /// Sysctls that only advice needs.
  public var connect = ConnectSettings()
  /// TIME_WAIT and orphaned FIN_WAIT2 sockets, as net.ipv4.tcp_max_tw_buckets counts them.
  public var timeWaitSockets: Int?
  /// Sockets that could not enter TIME_WAIT, since the namespace was made.
  public var timeWaitOverflows: Int?

  /// Nothing known.
  public init() {}

  /// Reads the calling thread's namespace, some ten small files.
  public static func read() -> NamespaceLimits {
    var limits = NamespaceLimits()
    limits.conntrack = ConntrackTable.read()
    limits.connect = ConnectSettings.read()
    limits.timeWaitSockets = SocketStatistics.read().timeWait
    limits.timeWaitOverflows = ProtocolCounters.read().timeWaitOverflows.map { Int(clamping: $0) }
    return limits
  }
}
