public import Kernel

/// Reads the protocol's rare counters of the namespace of the thread that made it, again and again.
///
/// One read and no allocation: /proc/net/netstat has some 130 columns, which `ProtocolCounters` makes
/// strings of for twenty times the price. `activeOpens` is the guard's and stays nil.
public struct ProtocolCounterReader: ~Copyable, Sendable {
  private var netstat: RereadFile

  /// Opens the file in the calling thread's namespace.
  public init() throws(SystemCallError) {
    netstat = try RereadFile("/proc/thread-self/net/netstat")
  }

  /// The counters now; what cannot be read is nil.
  public mutating func read() -> ProtocolCounters {
    var counters = ProtocolCounters()
    try? netstat.read { Self.parse(netstat: $0, &counters) }
    return counters
  }

  /// The line of names that begins with "TcpExt:" and the line of values under it.
  static func parse(netstat bytes: Span<UInt8>, _ counters: inout ProtocolCounters) {
    var words = KernelWords(bytes)
    var overflows: Int?, reused: Int?
    var sawNames = false
    while words.nextLine() {
      guard words.skip("TcpExt:") else { continue }
      var column = 0
      if sawNames {
        while column <= max(overflows ?? -1, reused ?? -1) {
          if column == overflows {
            counters.timeWaitOverflows = words.nextNumber()
          } else if column == reused {
            counters.timeWaitReused = words.nextNumber()
          } else {
            _ = words.next()
          }
          column += 1
        }
        return
      }
      while let name = words.next() {
        if words.matches(name, "TCPTimeWaitOverflow") { overflows = column }
        if words.matches(name, "TWRecycled") { reused = column }
        column += 1
      }
      sawNames = true
    }
  }
}
