import Inet
import Kernel
import Netlink
import NetlinkTestKit
import SocketDiag

/// A folder of recordings and of what `ss` showed at the same moment.
struct Captures {
  let folder: String

  /// The recordings beside this file, whoever built the tests.
  static let committed = Captures(
    folder: #filePath.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().joined(separator: "/") + "/Captures")

  /// The recordings there are.
  static let names = ["tcp", "udp", "bound", "refused"]

  struct Unreadable: Error { let name: String }

  func recording(_ name: String) throws -> Recording {
    let bytes = try KernelFile.read("\(folder)/\(name).nl", limit: 1 << 20)
    guard let recording = Recording(file: bytes) else { throw Unreadable(name: name) }
    return recording
  }

  /// How many recorded rows are in each state.
  func recordedCounts(_ name: String, _ transport: TransportProtocol) throws -> [UInt8: Int] {
    var dump = SocketDump(try recording(name).kernel)
    var counts: [UInt8: Int] = [:]
    _ = try dump.run(SocketQuery(transport, states: .table)) { (rows) throws(NetlinkError) in
      while let row = try rows.nextRow() { counts[row.rawState, default: 0] += 1 }
    }
    return counts
  }

  /// How many lines of `ss` show each state, by the kernel's number.
  func stateCounts(_ name: String) throws -> [UInt8: Int] {
    let bytes = try KernelFile.read("\(folder)/\(name).ss", limit: 1 << 20)
    var counts: [UInt8: Int] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let word = line.split(separator: " ").first, let state = Self.states[String(word)]
      else { throw Unreadable(name: String(line)) }
      counts[state, default: 0] += 1
    }
    return counts
  }

  private static let states: [String: UInt8] = [
    "ESTAB": 1, "SYN-SENT": 2, "SYN-RECV": 3, "FIN-WAIT-1": 4, "FIN-WAIT-2": 5, "TIME-WAIT": 6,
    "UNCONN": 7, "CLOSE-WAIT": 8, "LAST-ACK": 9, "LISTEN": 10, "CLOSING": 11,
  ]
}
