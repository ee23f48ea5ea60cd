import Inet
import Kernel
import OutputTestKit

/// What `ss` of iproute2 says of the calling thread's namespace.
enum SocketStatisticsTool {
  /// The TCP or UDP sockets that `ss` lists.
  static func list(_ transport: TransportProtocol) throws -> [Ledger.Entry] {
    let run = try Program(
      "/usr/bin/env", ["ss", "-H", "-n", "-a", transport == .tcp ? "-t" : "-u"]
    ).run()
    guard run.end == .status(0) else { throw Failure(text: run.message) }
    return try run.text.split(separator: "\n").map { line in
      // State, Recv-Q, Send-Q, Local Address:Port, Peer Address:Port.
      let words = line.split(separator: " ")
      guard words.count >= 5, let state = states[String(words[0])],
        let port = words[3].split(separator: ":").last.flatMap({ UInt16($0) })
      else { throw Failure(text: "ss wrote \(line)") }
      return Ledger.Entry(state: state, port: port)
    }
  }

  struct Failure: Error { var text: String }

  private static let states: [String: SocketState] = [
    "ESTAB": .established, "SYN-SENT": .synSent, "SYN-RECV": .synRecv, "FIN-WAIT-1": .finWait1,
    "FIN-WAIT-2": .finWait2, "TIME-WAIT": .timeWait, "UNCONN": .close, "CLOSE-WAIT": .closeWait,
    "LAST-ACK": .lastAck, "LISTEN": .listen, "CLOSING": .closing,
  ]
}
