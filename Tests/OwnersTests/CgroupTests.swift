import Glibc
import Inet
import Kernel
import KernelTestKit
import Testing

@testable import Owners

/// Cgroups made by the tests, where this host has a hierarchy of version 2 to make them in.
@Suite(.needsRoot) struct CgroupTests {
  /// A cgroup with a name of its own, while `body` runs.
  private static func withCgroup(_ body: (_ path: String, _ name: String) throws -> Void) throws {
    guard let mount = CgroupHierarchy.current().mountPoint else { return }
    let name = "ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max)).service"
    let path = "\(mount)/\(name)"
    try Directory.make(path)
    defer {
      // Its processes may take a moment to be gone. SAFETY: the string lives for the call.
      _ = Settling.wait { unsafe rmdir(path) == 0 || !Directory.exists(path) }
    }
    try body(path, name)
  }

  @Test func `sockets are in the cgroup in which they were opened`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        try CgroupTests.withCgroup { path, name in
          let server = try TestSocket.listener(.loopback(5000))
          let holder = try Holder(
            """
            connect(5000, 2)
            open('\(path)/cgroup.procs', 'w').write(str(os.getpid()))
            connect(5000, 5)
            """)
          let number = try FileStatus(of: path).inode
          for kind in [OwnerKind.cgroup, nil] {
            let ranking = try rankOwners(kind)
            check(ranking.kind == .cgroup, "cgroups are what is asked for by default")
            let owner = ranking.owners.first
            check(owner?.id == number && owner?.name == name, "\(ranking.owners)")
            check(owner?.count.ports == 5 && owner?.isGone == false, "\(ranking.owners)")
            check(ranking.owners.map(\.count.ports) == [5, 2], "\(ranking.owners)")
          }
          withExtendedLifetime((server, holder)) {}
        }
      }
    }
  }

  @Test func `a number becomes a path by a handle, and by a walk where handles are refused`() throws
  {
    try Self.withCgroup { path, name in
      let number = try FileStatus(of: path).inode
      for usesHandles in [true, false] {
        var names = CgroupNames(.current(), usesHandles: usesHandles)
        #expect(names.entry(number) == .init(path: "/\(name)", isGone: false))
        #expect(names.entry(1)?.path == "/")
        #expect(names.entry(0x7fff_ffff_ffff) == nil)
      }
    }
  }

  @Test func `one that has gone keeps its last name`() throws {
    for usesHandles in [true, false] {
      var names = CgroupNames(.current(), usesHandles: usesHandles)
      var number: UInt64 = 0, kept = ""
      try Self.withCgroup { path, name in
        number = try FileStatus(of: path).inode
        kept = "/\(name)"
        #expect(names.entry(number)?.isGone == false)
      }
      guard number != 0 else { return }
      #expect(names.entry(number)?.isGone == false, "within a pass nothing is asked twice")
      names.beginPass()
      #expect(names.entry(number) == .init(path: kept, isGone: true))
      names.beginPass()
      #expect(names.entry(number) == .init(path: kept, isGone: true))
      var fresh = CgroupNames(.current(), usesHandles: usesHandles)
      #expect(fresh.entry(number) == nil)
    }
  }

  @Test func `what is remembered is bounded`() throws {
    try Self.withCgroup { path, _ in
      var names = CgroupNames(.current(), limit: 3)
      for child in 0..<8 { try Directory.make("\(path)/\(child)") }
      // SAFETY: the string lives for the call.
      defer { for child in 0..<8 { unsafe rmdir("\(path)/\(child)") } }
      for child in 0..<8 {
        let number = try FileStatus(of: "\(path)/\(child)").inode
        #expect(names.entry(number) != nil)
        #expect(names.count <= 3)
      }
    }
  }

  @Test(arguments: [true, false])
  func `more than are remembered have names, and none of them is gone`(usesHandles: Bool) throws {
    try Self.withCgroup { path, name in
      var names = CgroupNames(.current(), limit: 3, usesHandles: usesHandles)
      for child in 0..<8 { try Directory.make("\(path)/\(child)") }
      // SAFETY: the string lives for the call.
      defer { for child in 0..<8 { unsafe rmdir("\(path)/\(child)") } }
      for child in 0..<8 {
        let number = try FileStatus(of: "\(path)/\(child)").inode
        #expect(names.entry(number) == .init(path: "/\(name)/\(child)", isGone: false))
        #expect(names.isGone(number) == false)
        #expect(names.count <= 3)
      }
    }
  }

  @Test func `a tree that was walked in part says of none that it has gone`() throws {
    guard let mount = CgroupHierarchy.current().mountPoint else { return }
    try Self.withCgroup { path, name in
      #expect(!CgroupTree(mount, limit: 1).isComplete)
      let tree = CgroupTree(mount), number = try FileStatus(of: path).inode
      #expect(tree.isComplete)
      #expect(tree.paths[number] == "/\(name)")
      #expect(CgroupTree("/nonexistent").paths.isEmpty)
    }
  }

  @Test func `what a container sees of the tree names its part, and calls nothing else gone`()
    throws
  {
    guard let mount = CgroupHierarchy.current().mountPoint else { return }
    try Self.withCgroup { path, name in
      let number = try FileStatus(of: path).inode
      try Directory.make("\(path)/inside")
      // SAFETY: the string lives for the call.
      defer { unsafe rmdir("\(path)/inside") }
      let inside = try FileStatus(of: "\(path)/inside").inode
      for usesHandles in [true, false] {
        // Whoever has a part mounted, here by its path, finds others nowhere.
        var part = CgroupNames(.unified(path), usesHandles: usesHandles)
        #expect(!part.isWhole)
        #expect(part.entry(inside) == .init(path: "/inside", isGone: false))
        #expect(part.entry(number) == nil)
        #expect(part.isGone(number) == false)
        var whole = CgroupNames(.unified(mount), usesHandles: usesHandles)
        #expect(whole.isWhole)
        #expect(whole.isGone(number) == false)
        #expect(whole.entry(inside)?.path == "/\(name)/inside")
        #expect(whole.isGone(0x7fff_ffff_ffff) == true)
      }
    }
  }

  @Test func `what lies outside of the mount has no name`() {
    let mount = "/sys/fs/cgroup"
    func name(_ path: String, _ number: UInt64 = 14_560, _ mount: String = mount) -> String? {
      CgroupNames.relative(path, to: mount, number: number)
    }
    #expect(name("/sys/fs/cgroup/a/b.service") == "/a/b.service")
    #expect(name("/sys/fs/cgroup/a (deleted)") == "/a")
    #expect(name("/") == nil && name("/", 1) == "/")
    #expect(name("/sys/fs/cgroup") == nil && name("/sys/fs/cgroup", 1) == "/")
    #expect(name("(unreachable)/a") == nil && name("/sys/fs/cgroups/a") == nil)
    #expect(name("/", 14_560, "/") == nil && name("/a", 14_560, "/") == "/a")
  }

  @Test func `without a hierarchy no number has a path`() {
    for hierarchy in [CgroupHierarchy.none, .legacyOnly, .unified("/nonexistent")] {
      var names = CgroupNames(hierarchy)
      #expect(names.entry(1) == nil)
    }
  }
}
