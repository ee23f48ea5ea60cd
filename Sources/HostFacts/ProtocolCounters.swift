internal import Kernel

/// Counters of /proc/net/snmp and /proc/net/netstat since the namespace was made.
public struct ProtocolCounters: Hashable, Sendable {
  /// Tcp ActiveOpens: connects that found a port, successful or not.
  public var activeOpens: UInt64?
  /// TcpExt TCPTimeWaitOverflow: sockets that could not enter TIME_WAIT.
  public var timeWaitOverflows: UInt64?
  /// TcpExt TWRecycled: TIME_WAIT tuples taken over by connect().
  public var timeWaitReused: UInt64?

  /// No counter known.
  public init() {}

  /// Reads both files in the calling thread's network namespace.
  public static func read() -> ProtocolCounters {
    func bytes(_ name: String) -> [UInt8] {
      (try? KernelFile.read("/proc/thread-self/net/\(name)")) ?? []
    }
    return ProtocolCounters(snmp: bytes("snmp"), netstat: bytes("netstat"))
  }

  /// Parses the two files' text; what is not there stays nil.
  public init(snmp: [UInt8], netstat: [UInt8]) {
    activeOpens = KernelWords.value(of: "ActiveOpens", in: "Tcp:", snmp.span)
    timeWaitOverflows = KernelWords.value(of: "TCPTimeWaitOverflow", in: "TcpExt:", netstat.span)
    timeWaitReused = KernelWords.value(of: "TWRecycled", in: "TcpExt:", netstat.span)
  }
}
