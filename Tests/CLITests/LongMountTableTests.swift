import Kernel
import KernelTestKit
import OutputTestKit
import Owners
import Testing

/// A host with so many mounts that the kernel tells of them in several pages, as one of many containers has them.
@Suite(.needsRoot) struct LongMountTableTests {
  /// Runs the program where the hierarchy of cgroups is mounted behind more than a page of other mounts.
  private static func run(_ arguments: [String], _ mount: String) throws -> Program.Run {
    let program = Program.built("ullage", arguments)
    let script = """
      set -e
      umount -R /sys/fs/cgroup
      mount -t tmpfs none /sys/fs/cgroup
      for i in $(seq 60); do mkdir /sys/fs/cgroup/$i; mount -t tmpfs none /sys/fs/cgroup/$i; done
      mkdir -p \(mount)
      mount -t cgroup2 none \(mount)
      [ $(wc -c < /proc/self/mountinfo) -gt 4096 ]
      exec \(program.path) \(arguments.joined(separator: " "))
      """
    return try Program("/usr/bin/env", ["unshare", "--mount", "sh", "-c", script]).run()
  }

  @Test func `cgroups that are mounted behind many others have names all the same`() throws {
    guard let mount = CgroupHierarchy.current().mountPoint, mount != "/sys/fs/cgroup" else {
      return
    }
    let owners = try Self.run(["owners", "--by", "cgroup", "--json"], mount)
    #expect(owners.end == .status(0), "\(owners.message)")
    for note in ["cgroup_v1_only", "cgroups_not_mounted"] { #expect(!owners.text.contains(note)) }
    let doctor = try Self.run(["doctor"], mount)
    #expect(!doctor.text.contains("cgroup2 is not mounted"), "\(doctor.text) \(doctor.message)")
  }
}
