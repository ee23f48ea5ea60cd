internal import Kernel

/// The table of connections that netfilter follows, of one network namespace.
///
/// When it is full a new connection's first packet is dropped: connects time out although ports are free.
/// Source: net/netfilter/nf_conntrack_core.c, __nf_conntrack_alloc(); the maximum is the host's.
public struct ConntrackTable: Hashable, Sendable {
  /// Entries against nf_conntrack_max.
  public var entries: LimitUse
  /// Packets dropped because no entry could be had, since the namespace was made.
  public var dropped: Int?
  /// Entries that could not be put into the table, mostly races of equal tuples.
  public var insertFailed: Int?

  /// Entries against a maximum, and the text of /proc/net/stat/nf_conntrack.
  init?(count: Int?, maximum: Int?, statistics: [UInt8]) {
    guard let entries = LimitUse(count, of: maximum) else { return nil }
    self.entries = entries
    let table = KernelText.processorTable(statistics)
    dropped = table?.sum("drop")
    insertFailed = table?.sum("insert_failed")
  }

  /// Reads the calling thread's namespace; nil where netfilter does not follow connections.
  public static func read() -> ConntrackTable? {
    let directory = "/proc/sys/net/netfilter"
    return ConntrackTable(
      count: KernelText.number("\(directory)/nf_conntrack_count"),
      maximum: KernelText.number("\(directory)/nf_conntrack_max"),
      statistics: KernelText.table("/proc/thread-self/net/stat/nf_conntrack"))
  }
}
