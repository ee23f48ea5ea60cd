import Glibc
import HostFacts
import Kernel
import KernelTestKit
import OutputTestKit

/// What the calling thread's namespace says of itself: what a probe must leave as it was.
struct Aftermath: Equatable {
  /// Packets that `lo` has carried.
  var packets: Int
  /// Hashed TCP sockets.
  var sockets: Int?
  /// TIME_WAIT and orphans in FIN_WAIT2.
  var waiting: Int?
  /// Tcp ActiveOpens.
  var opens: Int?

  static func now() throws -> Aftermath {
    let statistics = SocketStatistics.read()
    return Aftermath(
      packets: try loopbackPackets(), sockets: statistics.tcpInUse, waiting: statistics.timeWait,
      opens: try counter("ActiveOpens"))
  }

  /// A counter of /proc/net/snmp or netstat.
  static func counter(_ name: String) throws -> Int? {
    for file in ["snmp", "netstat"] {
      let lines = try words("/proc/thread-self/net/\(file)")
      for (names, values) in zip(lines, lines.dropFirst()) where names.first == values.first {
        if let index = names.firstIndex(of: name), index < values.count {
          return Int(values[index])
        }
      }
    }
    return nil
  }

  private static func loopbackPackets() throws -> Int {
    // "lo: bytes packets …".
    let line = try words("/proc/thread-self/net/dev").first { $0.first == "lo:" }
    return line.flatMap { Int($0[2]) } ?? -1
  }

  private static func words(_ path: String) throws -> [[String]] {
    String(decoding: try KernelFile.read(path, limit: 65_536), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }
}

extension TestSocket {
  /// Lets the socket's close send a reset: no TIME_WAIT, the port is free at once.
  func resetWhenClosed() throws {
    var option = linger(l_onoff: 1, l_linger: 0)
    // SAFETY: the kernel reads the struct within the call.
    let status = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    guard status == 0 else { throw SystemCallError("set SO_LINGER of", "a socket", Errno.last) }
  }
}

/// Runs `ip` with these arguments in the calling thread's namespace.
func ip(_ arguments: String...) throws {
  let run = try Program("/usr/bin/env", ["ip"] + arguments).run()
  guard run.end == .status(0) else {
    throw SystemCallError("run ip \(arguments):", run.message, Errno(rawValue: 22))
  }
}
