import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

@testable import Owners

/// What whoever is in a namespace of cgroups, as containers are, is told of cgroups outside of it.
@Suite(.needsRoot) struct CgroupNamespaceTests {
  /// Two cgroups, one of which the program is in, and what mounts what it sees.
  private struct Container {
    let mount: String
    let own: String
    let other: String

    init?() throws {
      guard let mount = CgroupHierarchy.current().mountPoint else { return nil }
      self.mount = mount
      let name = "ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
      (own, other) = ("\(mount)/\(name)-own.service", "\(mount)/\(name)-other.service")
      for path in [own, "\(own)/inner.service", other] { try Directory.make(path) }
    }

    func remove() {
      for path in ["\(own)/inner.service", own, other] {
        // Its processes may take a moment to be gone. SAFETY: the string lives for the call.
        _ = Settling.wait { unsafe rmdir(path) == 0 || !Directory.exists(path) }
      }
    }

    /// What the program says inside, as this user; after `setUp`.
    func run(_ arguments: String, _ setUp: String, as user: String = "") throws -> Program.Run {
      let program = Program.built("ullage", [])
      let script = """
        set -e
        echo $$ > \(own)/cgroup.procs
        exec unshare --cgroup --mount sh -e -c '
          \(setUp)
          umount -R /sys/fs/cgroup
          mount -t cgroup2 none /sys/fs/cgroup
          exec \(user) \(program.path) \(arguments)'
        """
      return try Program("/usr/bin/env", ["sh", "-c", script]).run()
    }
  }

  @Test func `what lies outside has a number and no name, and has not gone`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        guard let container = try Container() else { return }
        defer { container.remove() }
        let server = try TestSocket.listener(.loopback(5000))
        let holders = try [container.own, "\(container.own)/inner.service", container.other].map {
          try Holder("open('\($0)/cgroup.procs', 'w').write(str(os.getpid()))\nconnect(5000, 2)")
        }
        let number = try FileStatus(of: container.other).inode
        for user in ["", "setpriv --reuid 65534 --clear-groups"] {
          let run = try container.run("owners --by cgroup", "", as: user)
          check(run.end == .status(0), run.message)
          let text = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
          check(text.contains("cgroup \(number) "), run.text)
          check(text.contains("inner.service "), run.text)
          check(!text.contains("(gone)") && !text.contains(" / "), run.text)
          check(text.contains("the host's cgroup namespace"), run.text)

          // The host's whole tree, mounted beside it.
          let host =
            "mkdir -p /tmp/ullage-test-host; mount -t tmpfs none /tmp/ullage-test-host;"
            + " mkdir /tmp/ullage-test-host/cgroup;"
            + " mount --bind \(container.mount) /tmp/ullage-test-host/cgroup;"
          let whole = try container.run("owners --by cgroup", host, as: user)
          check(whole.end == .status(0), whole.message)
          check(whole.text.contains("-other.service"), whole.text)
          check(whole.text.contains("-own.service"), whole.text)
          check(!whole.text.contains("cgroup namespace"), whole.text)
        }
        let doctor = try container.run("doctor", "")
        let facts = doctor.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        check(facts.contains("the part that this container sees"), doctor.text)
        withExtendedLifetime((server, holders)) {}
      }
    }
  }
}
