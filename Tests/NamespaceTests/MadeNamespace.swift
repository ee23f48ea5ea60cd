import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import OutputTestKit

/// A namespace that `ip netns` keeps under a name of ours, removed when it is forgotten.
final class MadeNamespace: Sendable {
  let name: String

  /// Makes one, whose range of local ports is `ports` ("40000 40099") or the usual one.
  init(ports: String? = nil) throws {
    name = "ullage-ns-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try ip("netns", "add", name)
    try ip("-n", name, "link", "set", "lo", "up")
    if let ports { try inside { try $0.write(ports, to: "ipv4/ip_local_port_range") } }
  }

  deinit { try? ip("netns", "delete", name) }

  /// Removes it now.
  func remove() throws { try ip("netns", "delete", name) }

  /// Where it is mounted.
  var path: String { "/run/netns/\(name)" }

  var inode: UInt64? { NetworkNamespace.inode(at: path) }

  /// Runs `body` on a thread inside.
  func inside<Value: Sendable>(
    _ body: @escaping @Sendable (MadeNamespace) throws -> Value
  ) throws -> Value {
    let made = self
    return try inNamespace(try .named(name)) { Result { try body(made) } }.get()
  }

  /// Writes a sysctl of it; call inside.
  func write(_ value: String, to name: String) throws(SystemCallError) {
    let file = try Descriptor(opening: "/proc/sys/net/\(name)", flags: O_WRONLY)
    try ByteStream(descriptor: file.number).write(Array("\(value)\n".utf8))
  }

  /// Connections to itself over the loopback: both ends, and the listener.
  func connect(_ count: Int, port: UInt16 = 5000) throws -> [TestSocket] {
    try inside { _ in
      var kept = [try TestSocket.listener(.loopback(port))]
      for _ in 0..<count {
        let connection = try Connection.established(kept[0])
        kept += [connection.client, connection.server].compactMap { $0 }
      }
      return kept
    }
  }

  /// The same, with the servers' ends in the listener's queue, where they take no descriptor.
  func connectUnaccepted(_ count: Int, port: UInt16 = 5000) throws -> [TestSocket] {
    try inside { made in
      try made.write("\(count + 1)", to: "core/somaxconn")
      let listener = try TestSocket.listener(.loopback(port), backlog: Int32(count + 1))
      return [listener]
        + (try (0..<count).map { _ in try TestSocket.connected(to: .loopback(port)) })
    }
  }
}

/// Runs `ip`; throws what it says when it fails.
func ip(_ arguments: String...) throws {
  let run = try Program("/usr/bin/env", ["ip"] + arguments).run()
  if run.end != .status(0) { throw ProgramFailure(text: "ip \(arguments): \(run.message)") }
}

struct ProgramFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

/// A process in a namespace of its own, killed when it is forgotten.
final class ProcessInside: Sendable {
  private let program: RunningProgram

  init() throws {
    program = try Program("/usr/bin/env", ["unshare", "--net", "sleep", "600"]).start()
    let own = NetworkNamespace.inode(at: "/proc/thread-self/ns/net")
    _ = Settling.wait { self.inode.map { $0 != own } ?? false }
  }

  var processID: Int32 { program.processID }
  var inode: UInt64? { NetworkNamespace.inode(at: "/proc/\(processID)/ns/net") }

  func end() throws {
    program.send(SIGKILL)
    _ = try program.wait()
  }
}

/// Removes a file of a test.
func remove(_ path: String) { _ = try? Program("/usr/bin/env", ["rm", "-f", path]).run() }

/// The descriptors that this process has.
func descriptorCount() throws -> Int { try Directory.names(in: "/proc/self/fd").count }

/// A process in the namespace of the thread that starts it, killed when it is forgotten.
final class SleepingProcess: Sendable {
  private let program: RunningProgram

  init() throws { program = try Program("/usr/bin/env", ["sleep", "600"]).start() }

  var processID: Int32 { program.processID }

  /// Ends it, and waits until it has.
  func end() throws {
    program.send(SIGKILL)
    _ = try program.wait()
  }
}
