import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Owners
import Testing

/// What nobody, who has no capability, is told of owners: of its own processes all, of others' what it needs.
@Suite(.needsRoot) struct PrivilegeTests {
  private static let grant = "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"

  @Test func `own processes are named, and for others' the grant is`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let others = try Holder("connect(5000, 3)")
        let own = try Holder(
          """
          name('own')
          os.setgroups([])
          os.setgid(65534)
          os.setuid(65534)
          # Dumpable again, as a program is that was started as this user.
          libc.prctl(4, 1)
          connect(5000, 4)
          """)
        let owners = try Self.run(["owners", "--by", "process"])
        check(owners.contains("own (\(own.processID)) holds 4 of "), owners)
        check(owners.contains("(holder not seen)"), owners)
        check(!owners.contains("(\(others.processID))"), owners)
        check(owners.contains(Self.grant), owners)

        let sockets = try Self.run(["sockets", "--state", "established", "--processes", "--csv"])
        let rows = sockets.split(separator: "\n").filter { $0.contains(",127.0.0.1,5000,false") }
        let held = rows.filter { $0.hasSuffix(",\(own.processID),own") }
        check(rows.count == 7 && held.count == 4, sockets)
        // Nobody was found for these: an empty list, and what it would take is said.
        check(rows.filter { $0.contains(",root,") && $0.hasSuffix(",,") }.count == 3, sockets)
        check(sockets.contains("ullage: ") && sockets.contains(Self.grant), sockets)

        let snapshot = try Self.run(["--processes"])
        check(snapshot.contains("by process own (\(own.processID)) 4"), snapshot)
        check(snapshot.contains("held by"), snapshot)
        check(snapshot.contains(Self.grant), snapshot)
        withExtendedLifetime((server, others, own)) {}
      }
    }
  }

  @Test func `where no process may be looked at and no cgroup tells, users are told`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let others = try Holder("connect(5000, 3)")
        // Where no cgroup but the root is in use, as on a host of version 1.
        let isPlain = try rankOwners(.cgroup).owners.allSatisfy { $0.id == 1 }
        if isPlain {
          let owners = try Self.run(["owners"])
          check(owners.contains("root holds 3 of "), owners)
          check(owners.contains("these are users") && owners.contains(Self.grant), owners)
          check(!owners.contains("nobody was found to hold them"), owners)
          let asked = try Self.run(["owners", "--by", "process"])
          check(asked.contains("nobody was found to hold them"), asked)
        }
        withExtendedLifetime((server, others)) {}
      }
    }
  }

  @Test func `users and cgroups are those that root sees`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let others = try Holder("connect(5000, 3)")
        let rows = { (text: String) in
          Set(text.split(separator: "\n").filter { $0.contains(",established,") })
        }
        let program = Program.built("ullage", ["sockets", "--state", "established", "--csv"])
        let (mine, theirs) = (try program.run(), try program.unprivileged.run())
        check(rows(mine.text).count == 6, mine.text)
        check(rows(mine.text) == rows(theirs.text), mine.text + theirs.text)
        check(mine.message.isEmpty && theirs.message.isEmpty, mine.message + theirs.message)
        check(theirs.text.contains(",root,"), theirs.text)
        withExtendedLifetime((server, others)) {}
      }
    }
  }

  private static func unwrapped(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// What it says to nobody, messages first; without its lines' ends where it is for people.
  private static func run(_ arguments: [String]) throws -> String {
    let run = try Program.built("ullage", arguments).unprivileged.run()
    check(run.end == .status(0), "\(arguments): \(run.end)")
    return run.message + (arguments.contains("--csv") ? run.text : Self.unwrapped(run.text))
  }
}
