internal import Kernel

/// Limits of the whole host at which connects fail although ports are free; nil where one cannot be read.
///
/// Most of them are files of the initial network namespace alone: a thread that has entered another one
/// does not see them.
public struct HostLimits: Hashable, Sendable {
  /// Open files of the system: fs.file-nr.
  public var fileHandles: LimitUse?
  /// TCP's memory against net.ipv4.tcp_mem.
  public var tcpMemory: TCPMemory?
  /// Orphaned TCP sockets against net.ipv4.tcp_max_orphans.
  public var orphans: LimitUse?
  /// The neighbour (ARP) table of IPv4.
  public var neighboursIPv4: NeighbourTable?
  /// The neighbour table of IPv6.
  public var neighboursIPv6: NeighbourTable?

  /// No limit known.
  public init() {}

  /// Reads the limits, some ten small files.
  public static func read() -> HostLimits {
    var limits = HostLimits()
    let sockstat = SocketStatistics.read()
    limits.fileHandles = fileHandles(KernelText.file("/proc/sys/fs/file-nr"))
    limits.tcpMemory = TCPMemory(
      pages: sockstat.tcpMemoryPages, limits: KernelText.file("/proc/sys/net/ipv4/tcp_mem"))
    limits.orphans = LimitUse(
      sockstat.orphans, of: KernelText.number("/proc/sys/net/ipv4/tcp_max_orphans"))
    limits.neighboursIPv4 = NeighbourTable.read("arp_cache", family: "ipv4")
    limits.neighboursIPv6 = NeighbourTable.read("ndisc_cache", family: "ipv6")
    return limits
  }

  /// Parses "940\t0\t2466177": allocated, free (always 0 since 2.6), the most.
  static func fileHandles(_ bytes: [UInt8]) -> LimitUse? {
    let words = KernelText.words(bytes)
    guard words.count == 3, let allocated = Int(words[0]), let free = Int(words[1]), free >= 0,
      allocated >= 0
    else { return nil }
    return LimitUse(allocated >= free ? allocated - free : 0, of: Int(words[2]))
  }
}
