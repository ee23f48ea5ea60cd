import Glibc
import Inet
import Kernel
import KernelTestKit
import Synchronization

/// A bounded load of connects from 10.9.0.1 to 10.9.0.2:5000 within one namespace, and its own account of it.
///
///     ConnectLoad ports 400 4    400 connects a second for four seconds, each closed by the client at once
///     ConnectLoad server 40 3    forty clients of a server that accepts twenty a second
///     ConnectLoad cpu 6 3        six threads that compute between connects
///
/// The last line of its output is "connects 1200 failed 33 first_failed_at_ns 1795228933000000000": those that
/// found a port, those that found none, and when the first one did not (CLOCK_REALTIME; 0 for never).
@main
struct ConnectLoad {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 4, let number = Int(words[2]), let seconds = Double(words[3]),
      (1...10_000).contains(number), (0...60).contains(seconds)
    else { return usage() }
    let load = Load(seconds: seconds)
    switch words[1] {
    case "ports": try load.atRate(number)
    case "server": try load.againstSlowServer(clients: number)
    case "cpu": try load.computing(threads: number)
    default: return usage()
    }
    let account = load.account.withLock { $0 }
    try ByteStream.standardOutput.write(Array((account.line + "\n").utf8))
    if let error = account.error {
      try ByteStream.standardError.write(Array("ConnectLoad: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func usage() {
    try? ByteStream.standardError.write(
      Array("usage: ConnectLoad ports|server|cpu NUMBER SECONDS\n".utf8))
    exit(64)
  }
}
