import Kernel
import NetlinkTestKit

/// The recordings beside this file.
enum Captures {
  static let names = ["tcp", "udp", "bound", "refused"]

  /// Where they are, whoever built the tests.
  static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast().joined(separator: "/") + "/Captures"

  struct Unreadable: Error { let name: String }

  static func recording(_ name: String) throws -> Recording {
    let bytes = try KernelFile.read("\(folder)/\(name).nl", limit: 1 << 20)
    guard let recording = Recording(file: bytes) else { throw Unreadable(name: name) }
    return recording
  }

  /// How many lines of `ss` show each state, by the kernel's number.
  static func stateCounts(_ name: String) throws -> [UInt8: Int] {
    let bytes = try KernelFile.read("\(folder)/\(name).ss", limit: 1 << 20)
    var counts: [UInt8: Int] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let word = line.split(separator: " ").first, let state = states[String(word)] else {
        throw Unreadable(name: String(line))
      }
      counts[state, default: 0] += 1
    }
    return counts
  }

  private static let states: [String: UInt8] = [
    "ESTAB": 1, "SYN-SENT": 2, "SYN-RECV": 3, "FIN-WAIT-1": 4, "FIN-WAIT-2": 5, "TIME-WAIT": 6,
    "UNCONN": 7, "CLOSE-WAIT": 8, "LAST-ACK": 9, "LISTEN": 10, "CLOSING": 11,
  ]
}
