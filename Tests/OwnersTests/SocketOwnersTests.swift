import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Owners
import SocketDiag
import Testing

/// Who holds each socket, against what `ss` of iproute2 says of the same table.
@Suite(.needsRoot) struct SocketOwnersTests {
  @Test func `processes, user and cgroup of each row are those of ss`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let family = try Holder(
          """
          name('family')
          connect(5000, 3)
          fork(lambda: name('child'))
          fork(lambda: (connect(5000, 2), fork(lambda: None)))
          fork(lambda: (os.setuid(65534), libc.prctl(1, 9), connect(5000, 2)))
          kept.append(socket.create_server(('127.0.0.1', 5001)))
          while sum(1 for line in open('/proc/net/tcp') if ':1388 01' in line) < 7: time.sleep(0.01)
          time.sleep(0.1)
          """)
        let threads = try Holder(
          """
          threads = [threading.Thread(target=connect, args=(5000, 2)) for _ in range(3)]
          for thread in threads: thread.start()
          for thread in threads: thread.join()
          kept.append(os.dup(kept[0].fileno()))
          """)
        let giver = try Holder(
          """
          here, there = socket.socketpair()
          far_here, far_there = socket.socketpair()
          def take(end):
              kept.append(socket.recv_fds(end, 1, 1)[1])
              end.send(b'.')
          fork(lambda: take(there))
          fork(lambda: (libc.unshare(0x40000000), take(far_there)))
          def give(end):
              s = socket.create_connection(('127.0.0.1', 5000))
              socket.send_fds(end, [b'.'], [s.fileno()])
              kept.append(s)
              end.recv(1)
          give(here)
          give(far_here)
          """)
        let cgroup = try SomeCgroup()
        let moved = try Holder(
          """
          connect(5000, 1)
          \(cgroup.map { "open('\($0.path)/cgroup.procs', 'w').write(str(os.getpid()))" } ?? "")
          connect(5000, 2)
          """)

        let oracle = try OwnersOfListedSockets()
        let lister = SocketLister(filter: .all, transports: [.tcp])
        var owners = SocketOwners()
        try owners.findProcesses(of: lister, namespace: try NetworkNamespace.current().inode)
        var rows = 0, shared = 0
        _ = try lister.list { socket in
          guard socket.state != .boundInactive else { return }
          rows += 1
          let owner = owners.owner(of: socket)
          guard let listed = oracle.rows[socket.cookie] else {
            return check(false, "ss has no \(socket)")
          }
          check(owner.processes?.map(\.id) == listed.processes, "\(owner) and \(listed)")
          check(socket.uid ?? 0 == listed.uid, "\(socket) and \(listed)")
          check(owner.cgroup == listed.cgroup, "\(owner) and \(listed)")
          if listed.processes.count > 1 { shared += 1 }
        }
        check(rows == oracle.rows.count, "\(rows) rows, \(oracle.rows.count) of ss")
        // Three of the family, two of a child, two that were passed on.
        check(rows > 30 && shared == 7, "\(rows) rows, \(shared) shared")
        let users = Set(oracle.rows.values.map(\.uid))
        check(users == [0, 65_534], "\(users)")
        if let cgroup {
          let held = oracle.rows.values.count { $0.cgroup == "/\(cgroup.name)" }
          check(held == 2, "\(held) in the cgroup")
        }
        withExtendedLifetime((server, family, threads, giver, moved)) {}
      }
    }
  }
}

/// A cgroup of a test's own; gone when it is forgotten.
private final class SomeCgroup {
  let path: String
  let name: String

  /// Nil where there is no hierarchy of version 2.
  init?() throws {
    guard let mount = CgroupHierarchy.current().mountPoint else { return nil }
    name = "ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max)).service"
    path = "\(mount)/\(name)"
    try Directory.make(path)
  }

  deinit {
    // Its processes may take a moment to be gone. SAFETY: the string lives for the call.
    _ = Settling.wait { unsafe rmdir(path) == 0 || !Directory.exists(path) }
  }
}

/// What `ss -tanpe` says of owners, by the cookies of the sockets.
private struct OwnersOfListedSockets {
  struct Row {
    var processes: [Int32]
    var uid: UInt32
    var cgroup: String?
  }

  var rows: [UInt64: Row] = [:]

  init() throws {
    let run = try Program("/usr/bin/env", ["ss", "-H", "-t", "-a", "-n", "-p", "-e"]).run()
    for line in run.text.split(separator: "\n") {
      guard let cookie = Self.field("sk:", in: line).flatMap({ UInt64($0, radix: 16) }) else {
        continue
      }
      let processes = line.split(separator: "pid=").dropFirst().compactMap {
        Int32($0.prefix { $0.isNumber })
      }
      rows[cookie] = Row(
        processes: Set(processes).sorted(),
        uid: Self.field("uid:", in: line).flatMap { UInt32($0) } ?? 0,
        cgroup: Self.field("cgroup:", in: line))
    }
  }

  private static func field(_ name: String, in line: Substring) -> String? {
    line.split(separator: " ").first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
  }
}
