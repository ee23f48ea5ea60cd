import Glibc
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// --netns by name and by process, as root and not.
@Suite(.needsRoot) struct NamespaceTests {
  /// A namespace that `ip netns` keeps under a name, while `body` runs.
  private func withNamedNamespace(_ body: (String) throws -> Void) throws {
    // The first of the names: a message has twenty of them.
    let name = "ullage-a-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let added = try Program("/usr/bin/env", ["ip", "netns", "add", name]).run()
    try #require(added.end == .status(0), "\(added.message)")
    defer { _ = try? Program("/usr/bin/env", ["ip", "netns", "delete", name]).run() }
    try body(name)
  }

  @Test func `root looks into a namespace by its name`() throws {
    try withNamedNamespace { name in
      for command in [["--json"], ["sockets", "--json"]] {
        let run = try ullage(command + ["--netns", name])
        #expect(run.end == .status(command.count == 1 ? 0 : 1))
        #expect(run.message == "")
        #expect(run.text.contains("\"\(name)\""))
      }
      let document = try ullage(["--json", "--netns", name])
      let faults = try DocumentSchema("ullage.snapshot-1").faults(document.output)
      #expect(faults == nil, "\(faults ?? "")")
      // Its own tables, not ours: nothing has been connected there.
      #expect(document.text.contains("\"tcp\":{\"sockets\":0,"))
    }
  }

  @Test func `every command of a plan is for the namespace that was asked about`() throws {
    try withNamedNamespace { name in
      for (place, shell) in [
        (name, "ip netns exec \(name) "), ("\(getpid())", "nsenter --net --target \(getpid()) "),
      ] {
        let run = try ullage(["plan", "--rate", "9000", "--hold", "2s", "--netns", place])
        let commands = run.text.split(separator: "\n").filter { $0.contains("sysctl -w") }
        #expect(!commands.isEmpty, "\(run.text)\(run.message)")
        for command in commands {
          #expect(command.hasPrefix("    \(shell)sysctl -w net.ipv4."), "\(command)")
        }
      }
    }
  }

  @Test func `root looks into a namespace by a process in it`() throws {
    let run = try ullage(["--json", "--netns", "\(getpid())"])
    #expect(run.end == .status(0))
    #expect(run.text.contains("\"name\":\"pid:\(getpid())\""))
  }

  @Test func `a history without a collector has the sample that it took itself`() throws {
    try withNamedNamespace { name in
      let run = try ullage(["history", "--json", "--netns", name])
      #expect(run.end == .status(0), "\(run.message)")
      #expect(run.message.contains("the past begins now"))
      #expect(run.text.contains("\"frames\":[{\"taken_at\""), "\(run.text)")
    }
  }

  @Test func `others are told which privilege is missing`() throws {
    try withNamedNamespace { name in
      for command in [[], ["sockets"]] {
        let run = try Program.built("ullage", command + ["--netns", name]).unprivileged.run()
        #expect(run.end == .status(2))
        #expect(run.output.isEmpty)
        #expect(
          run.message == "ullage: cannot enter network namespace /run/netns/\(name): operation not "
            + "permitted (EPERM 1); entering another network namespace needs CAP_SYS_ADMIN: run as "
            + "root\n")
      }
    }
    let run = try Program.built("ullage", ["--netns", "1"]).unprivileged.run()
    #expect(run.end == .status(2))
    #expect(
      run.message == "ullage: cannot open /proc/1/ns/net: permission denied (EACCES 13); the "
        + "namespace of another user's process needs CAP_SYS_PTRACE: run as root\n")
  }

  @Test func `a name that nobody gave is told with those that somebody did`() throws {
    try withNamedNamespace { name in
      let run = try ullage(["--netns", "no-such-namespace"])
      #expect(run.end == .status(2))
      #expect(run.output.isEmpty)
      #expect(
        run.message.hasPrefix(
          "ullage: cannot open /run/netns/no-such-namespace: no such file or directory (ENOENT 2); "
            + "`ip netns` has named "))
      #expect(run.message.contains(name))
    }
  }

  @Test func `a process that is none is told so`() throws {
    // The largest process id that Linux gives is 2^22.
    let run = try ullage(["--netns", "4194305"])
    #expect(run.end == .status(2))
    #expect(
      run.message == "ullage: cannot open /proc/4194305/ns/net: no such file or directory "
        + "(ENOENT 2); no such process\n")
  }
}
