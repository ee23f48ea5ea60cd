internal import Kernel

/// /proc/net/sockstat and sockstat6: how many sockets there are, for the price of a small read.
public struct SocketStatistics: Hashable, Sendable {
  /// TCP sockets that listen or are connected, IPv4 and IPv6, of this namespace.
  public var tcpInUse: Int?
  /// TIME_WAIT and orphaned FIN_WAIT2 minisocks, both families, of this namespace.
  public var timeWait: Int?
  /// Orphaned TCP sockets, host-wide.
  public var orphans: Int?
  /// TCP sockets of any kind that exist, host-wide; bound ones too.
  public var tcpAllocated: Int?
  /// Pages of memory that TCP sockets use, host-wide.
  public var tcpMemoryPages: Int?
  /// UDP sockets that hold a port, IPv4 and IPv6, of this namespace.
  public var udpInUse: Int?

  /// No counter known.
  public init() {}

  /// Reads both files in the calling thread's network namespace.
  public static func read() -> SocketStatistics {
    func bytes(_ name: String) -> [UInt8] {
      (try? KernelFile.read("/proc/thread-self/net/\(name)")) ?? []
    }
    return SocketStatistics(sockstat: bytes("sockstat"), sockstat6: bytes("sockstat6"))
  }

  /// Parses the two files' text; what is not there stays nil.
  public init(sockstat: [UInt8], sockstat6: [UInt8]) {
    let v4 = Self.values(sockstat), v6 = Self.values(sockstat6)
    if let inUse = v4["TCP:inuse"] { tcpInUse = Self.sum(inUse, v6["TCP6:inuse"] ?? 0) }
    if let inUse = v4["UDP:inuse"] { udpInUse = Self.sum(inUse, v6["UDP6:inuse"] ?? 0) }
    timeWait = v4["TCP:tw"]
    orphans = v4["TCP:orphan"]
    tcpAllocated = v4["TCP:alloc"]
    tcpMemoryPages = v4["TCP:mem"]
  }

  /// The sum; nil when the text claims more than a number holds.
  private static func sum(_ left: Int, _ right: Int) -> Int? {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? nil : sum
  }

  /// "TCP: inuse 1 orphan 0" becomes ["TCP:inuse": 1, "TCP:orphan": 0].
  private static func values(_ bytes: [UInt8]) -> [String: Int] {
    var values: [String: Int] = [:]
    for line in KernelText.lines(bytes) {
      let words = line.split(separator: " ")
      guard let section = words.first else { continue }
      for index in stride(from: 1, to: words.count - 1, by: 2) {
        values["\(section)\(words[index])"] = Int(words[index + 1])
      }
    }
    return values
  }
}
