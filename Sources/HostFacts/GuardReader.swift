public import Kernel

/// Reads the guard's counters of the namespace of the thread that made it: three files, opened once.
///
/// Costs three reads and no allocation: tens of microseconds whatever the size of the table.
public struct GuardReader: ~Copyable, Sendable {
  private var sockstat: RereadFile
  private var sockstat6: RereadFile?
  private var snmp: RereadFile

  /// Opens the files in the calling thread's namespace. sockstat6 may be missing: a kernel without
  /// IPv6.
  public init() throws(SystemCallError) {
    let directory = "/proc/thread-self/net"
    self.init(
      sockstat: try RereadFile("\(directory)/sockstat"),
      sockstat6: Self.open("\(directory)/sockstat6"), snmp: try RereadFile("\(directory)/snmp"))
  }

  private init(
    sockstat: consuming RereadFile, sockstat6: consuming RereadFile?, snmp: consuming RereadFile
  ) {
    self.sockstat = sockstat
    self.sockstat6 = sockstat6
    self.snmp = snmp
  }

  private static func open(_ path: String) -> RereadFile? {
    do throws(SystemCallError) { return try RereadFile(path) } catch { return nil }
  }

  /// The counters now; what cannot be read is nil.
  public mutating func read() -> GuardReading {
    var reading = GuardReading()
    try? sockstat.read { Self.parse(sockstat: $0, &reading) }
    do throws(SystemCallError) {
      try sockstat6?.read { Self.parse(sockstat6: $0, &reading) }
    } catch {
      // Half of the sockets would look like a fall, and hide a rise.
      reading.tcpInUse = nil
      reading.udpInUse = nil
    }
    try? snmp.read { Self.parse(snmp: $0, &reading) }
    return reading
  }

  /// "TCP: inuse 5 orphan 0 tw 0 alloc 8 mem 1", and others like it.
  static func parse(sockstat bytes: Span<UInt8>, _ reading: inout GuardReading) {
    var words = KernelWords(bytes)
    while words.nextLine() {
      if words.skip("TCP:") {
        while let name = words.next() {
          let value = words.nextNumber().map { Int(clamping: $0) }
          if words.matches(name, "inuse") { reading.tcpInUse = value }
          if words.matches(name, "orphan") { reading.orphans = value }
          if words.matches(name, "tw") { reading.timeWait = value }
          if words.matches(name, "alloc") { reading.tcpAllocated = value }
        }
      } else if words.skip("UDP:"), words.skip("inuse") {
        reading.udpInUse = words.nextNumber().map { Int(clamping: $0) }
      }
    }
  }

  /// "TCP6: inuse 2", "UDP6: inuse 1": added to the numbers of IPv4.
  static func parse(sockstat6 bytes: Span<UInt8>, _ reading: inout GuardReading) {
    var words = KernelWords(bytes)
    while words.nextLine() {
      if words.skip("TCP6:"), words.skip("inuse") {
        reading.tcpInUse = sum(reading.tcpInUse, words.nextNumber())
      } else if words.skip("UDP6:"), words.skip("inuse") {
        reading.udpInUse = sum(reading.udpInUse, words.nextNumber())
      }
    }
  }

  static func parse(snmp bytes: Span<UInt8>, _ reading: inout GuardReading) {
    reading.activeOpens = KernelWords.value(of: "ActiveOpens", in: "Tcp:", bytes)
  }

  private static func sum(_ value: Int?, _ more: UInt64?) -> Int? {
    guard let value, let more else { return nil }
    let (sum, overflows) = value.addingReportingOverflow(Int(clamping: more))
    return overflows ? nil : sum
  }
}
