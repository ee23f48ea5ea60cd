import Owners
import Testing

/// Which hierarchies a host has.
@Suite struct CgroupHierarchyTests {
  private func parse(_ lines: String...) -> CgroupHierarchy {
    CgroupHierarchy.parse(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private let root = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"
  private let legacy = "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu"

  @Test func `version 2 alone is unified`() {
    let unified = "26 24 0:23 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
    #expect(parse(root, unified) == .unified("/sys/fs/cgroup"))
    #expect(parse(root, unified).mountPoint == "/sys/fs/cgroup")
  }

  @Test func `version 2 beside version 1 is hybrid`() {
    let unified = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"
    #expect(parse(root, legacy, unified) == .hybrid("/sys/fs/cgroup/unified"))
  }

  @Test func `version 1 alone is said, and so is none`() {
    #expect(parse(root, legacy) == .legacyOnly)
    #expect(parse(root, legacy).mountPoint == nil)
    #expect(parse(root) == .none)
    #expect(CgroupHierarchy.parse([]) == .none)
  }

  @Test func `of several mounts of version 2 the shortest counts`() {
    let whole = "26 24 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
    let part = "99 24 0:23 /a /run/containers/long/path/cgroup rw - cgroup2 cgroup2 rw"
    #expect(parse(part, whole) == .unified("/sys/fs/cgroup"))
    #expect(parse(whole, part) == .unified("/sys/fs/cgroup"))
  }

  @Test func `the one that shows all cgroups counts before a shorter one`() {
    // In a container: its own part, and the host's whole tree.
    let part = "26 24 0:23 / /sys/fs/cgroup ro - cgroup2 cgroup rw"
    let whole = "99 24 0:23 /../../.. /host/sys/fs/cgroup ro - cgroup2 cgroup2 rw"
    for lines in [[part, whole], [whole, part]] {
      let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
      let found = CgroupHierarchy.parse(bytes) { $0 == "/host/sys/fs/cgroup" ? 1 : 14_560 }
      #expect(found == .unified("/host/sys/fs/cgroup"))
      #expect(CgroupHierarchy.parse(bytes) { _ in nil } == .unified("/sys/fs/cgroup"))
    }
  }

  @Test func `a path may have blanks, and any number of optional fields`() {
    let line =
      #"26 24 0:23 / /mnt/a\040b\134c rw shared:9 master:2 propagate_from:3 - cgroup2 x rw"#
    #expect(parse(line) == .unified(#"/mnt/a b\c"#))
  }

  @Test func `lines that make no sense are passed over`() {
    #expect(parse("", "-", "1 2 3 - cgroup2", "a b c d e f - ", "1 2 3 4 5 6 7 8 9") == .none)
    #expect(CgroupHierarchy.parse([0xff, 0x20, 0x2d, 0x0a, 0x00]) == .none)
  }

  @Test func `this host has one that can be parsed`() {
    // Whatever it is, a mount point is an absolute path.
    #expect(CgroupHierarchy.current().mountPoint?.first ?? "/" == "/")
  }
}
