import Kernel
import OutputTestKit

extension RunningProgram {
  /// The port of the loopback address on which it listens, as soon as it does.
  func port() throws -> Int {
    let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
      let listing = try Program("/usr/bin/ss", ["-Htlnp"]).run().text
      let line = listing.split(separator: "\n").first { $0.contains("pid=\(processID),") }
      if let word = line?.split(separator: " ").first(where: { $0.hasPrefix("127.0.0.1:") }),
        let port = Int(word.dropFirst("127.0.0.1:".count))
      {
        return port
      }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000)
    }
    throw RawClient.Late()
  }
}
