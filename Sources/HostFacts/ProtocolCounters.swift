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
    activeOpens = Self.value("ActiveOpens", of: "Tcp:", in: snmp)
    timeWaitOverflows = Self.value("TCPTimeWaitOverflow", of: "TcpExt:", in: netstat)
    timeWaitReused = Self.value("TWRecycled", of: "TcpExt:", in: netstat)
  }

  /// Pairs a line of names with the line of values under it.
  private static func value(_ name: String, of section: String, in bytes: [UInt8]) -> UInt64? {
    let lines = KernelText.lines(bytes).filter { $0.hasPrefix(section + " ") }
    guard lines.count == 2 else { return nil }
    let names = lines[0].split(separator: " "), values = lines[1].split(separator: " ")
    guard let index = names.firstIndex(where: { $0 == name }), index < values.count else {
      return nil
    }
    return UInt64(values[index])
  }
}
