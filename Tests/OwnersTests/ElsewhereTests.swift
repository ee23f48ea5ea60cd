import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// Owners of another namespace's sockets, asked for from outside.
@Suite(.needsRoot) struct ElsewhereTests {
  @Test func `a namespace's sockets have their holders, wherever these live`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        // Two go to a child that then lives elsewhere, and are forgotten here.
        let inside = try Holder(
          """
          name('inside')
          connect(5000, 5)
          here, there = socket.socketpair()
          def take():
              libc.unshare(0x40000000)
              name('outside')
              for own in kept: own.close()
              passed = socket.recv_fds(there, 1, 2)[1]
              there.send(b'.')
              there.recv(1)
          fork(take)
          two = [socket.create_connection(('127.0.0.1', 5000)) for _ in range(2)]
          socket.send_fds(here, [b'.'], [s.fileno() for s in two])
          here.recv(1)
          for s in two: s.close()
          """)
        let name = "ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let named = try Program(
          "/usr/bin/env", ["ip", "netns", "attach", name, "\(inside.processID)"]
        )
        .run()
        guard named.end == .status(0) else { return check(false, named.message) }
        defer { _ = try? Program("/usr/bin/env", ["ip", "netns", "delete", name]).run() }
        // And somebody in the namespace that is asked from, who is nobody's business.
        let elsewhere = try Self.fromOutside("python3", ["-c", Self.bystander])

        for place in [name, "\(inside.processID)"] {
          let run = try Self.ullage(["owners", "--by", "process", "--csv", "--netns", place])
          let owners = run.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
          check(owners.count == 2, run)
          let held = Dictionary(
            owners.map { (String($0[3]), String($0[7])) }, uniquingKeysWith: { first, _ in first })
          check(held["inside (\(inside.processID))"] == "5", run)
          check(held.contains { $0.key.hasPrefix("outside (") && $0.value == "2" }, run)
        }
        let sockets = try Self.ullage([
          "sockets", "--processes", "--state", "established", "--csv", "--netns", name,
        ])
        let rows = sockets.split(separator: "\n").filter { $0.contains(",127.0.0.1,5000,") }
        check(rows.filter { $0.hasSuffix(",\(inside.processID),inside") }.count == 5, sockets)
        check(rows.filter { $0.hasSuffix(",outside") }.count == 2, sockets)
        let all = try Self.ullage([
          "owners", "--by", "process", "--csv", "--netns", "all", "--top", "100000",
        ])
        check(all.contains("\(name),process,\(inside.processID),inside"), all)
        let everywhere = try Self.ullage([
          "sockets", "--processes", "--state", "established", "--csv", "--netns", "all",
          "--top", "1000000",
        ])
        let found = everywhere.split(separator: "\n").filter {
          $0.hasSuffix(",\(inside.processID),inside,\(name)")
        }
        check(found.count == 5, everywhere)
        elsewhere.send(SIGKILL)
        _ = try elsewhere.wait()
        withExtendedLifetime((server, inside)) {}
      }
    }
  }

  private static let bystander = """
    import socket, time
    listener = socket.create_server(('127.0.0.1', 0))
    held = socket.create_connection(listener.getsockname())
    time.sleep(600)
    """

  /// Runs in the namespace of the tests, whose process is the parent of this one.
  private static func fromOutside(
    _ program: String, _ arguments: [String]
  ) throws -> RunningProgram {
    try Program(
      "/usr/bin/env", ["nsenter", "--net=/proc/\(getppid())/ns/net", program] + arguments
    ).start()
  }

  private static func ullage(_ arguments: [String]) throws -> String {
    let run = try fromOutside(Program.built("ullage").path, arguments).wait()
    check(run.end == .status(0), "\(arguments): \(run.message)")
    return run.text
  }
}
