import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

@testable import HostFacts

/// Which namespaces are found, and how they are called.
@Suite(.needsRoot) struct InventoryTests {
  @Test func `a mount table is read with its escapes, and nothing but network namespaces`() {
    let text = """
      22 27 0:4 net:[4026532200] /run/netns/web rw shared:1 - nsfs nsfs rw
      23 27 0:4 net:[4026532200] /run/docker/netns/a\\040b rw - nsfs nsfs rw
      24 27 0:4 mnt:[4026532201] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw
      25 27 0:4 net:[99999999999999999999999] /x rw - nsfs nsfs rw
      26 27 8:1 / /net:[1] rw - ext4 /dev/sda1 rw
      27
      28 27 0:4 net:[7] /y\\04 rw - nsfs nsfs rw
      """
    #expect(
      NamespaceMounts.parse(Array(text.utf8)) == [
        4_026_532_200: ["/run/netns/web", "/run/docker/netns/a b"], 7: ["/y\\04"],
      ])
    #expect(NamespaceMounts.parse([]).isEmpty)
  }

  @Test func `our own namespace is the host's here, with this process in it`() throws {
    var inventory = NamespaceInventory()
    try inventory.refresh()
    let own = try #require(inventory.entries.first { $0.inode == inventory.ownInode })
    #expect(own.name == "host" && own.processCount > 0)
    #expect(Set(inventory.entries.map(\.name)).count == inventory.entries.count)
    #expect(Set(inventory.entries.map(\.inode)).count == inventory.entries.count)
  }

  @Test func `what processes, names and mounts lead to is found once, whichever leads there`()
    throws
  {
    let named = try MadeNamespace()
    let process = try ProcessInside()
    let file = "/tmp/ullage-nsfs-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try TestFile.write([], to: file)
    defer { remove(file) }
    let mounted = try ProcessInside()
    _ = try Program(
      "/usr/bin/env", ["mount", "--bind", "/proc/\(mounted.processID)/ns/net", file]
    ).run()
    defer { _ = try? Program("/usr/bin/env", ["umount", file]).run() }
    let mountedInode = try #require(mounted.inode)

    var inventory = NamespaceInventory { $0 == process.processID ? "cron.service" : nil }
    try inventory.refresh()
    func entry(_ inode: UInt64?) -> NamespaceEntry? {
      let found = inventory.entries.filter { $0.inode == inode }
      #expect(found.count <= 1)
      return found.first
    }
    #expect(entry(named.inode)?.name == named.name)
    #expect(entry(named.inode)?.process == nil)
    #expect(entry(named.inode)?.mounts == [named.path])
    #expect(entry(process.inode)?.name == "cron.service")
    #expect(entry(process.inode)?.process == process.processID)
    #expect(entry(process.inode)?.processCount == 1)
    #expect(entry(mountedInode)?.name == "netns:\(mountedInode)")
    #expect(entry(mountedInode)?.mounts == [file])

    // The mount keeps it when its process ends.
    try mounted.end()
    try inventory.refresh()
    #expect(entry(mountedInode)?.process == nil)
    #expect(try entry(mountedInode)?.open()?.inode == mountedInode)
    #expect(try Program("/usr/bin/env", ["umount", file]).run().end == .status(0))
    let processInode = process.inode
    try process.end()
    let namedInode = named.inode
    try named.remove()
    try inventory.refresh()
    for inode in [mountedInode, processInode, namedInode] { #expect(entry(inode) == nil) }
  }

  @Test func `a new namespace is seen by the second look at the latest`() throws {
    var inventory = NamespaceInventory()
    let now = Clock.monotonicNanoseconds()
    try inventory.refresh(at: now)
    let named = try MadeNamespace()
    let process = try ProcessInside()
    for _ in 0..<2 { try inventory.refresh(at: now) }
    let inodes = inventory.entries.map(\.inode)
    for inode in [named.inode, process.inode] {
      #expect(try inodes.contains(#require(inode)))
    }
  }

  @Test func `a process that changes its namespace later is found by a full look`() throws {
    let named = try MadeNamespace()
    let inode = try #require(named.inode)
    // A shell that waits for a line before it goes elsewhere.
    let signal = "/tmp/ullage-go-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let late = try Program(
      "/usr/bin/env",
      ["sh", "-c", "while [ ! -e \(signal) ]; do sleep 0.05; done; exec unshare --net sleep 600"]
    ).start()
    defer { remove(signal) }
    var inventory = NamespaceInventory()
    let now = Clock.monotonicNanoseconds()
    for _ in 0..<3 { try inventory.refresh(at: now) }
    let own = inventory.ownInode
    try TestFile.write([], to: signal)
    let path = "/proc/\(late.processID)/ns/net"
    #expect(Settling.wait { NetworkNamespace.inode(at: path).map { $0 != own } ?? false })
    let gone = try #require(NetworkNamespace.inode(at: path))
    try inventory.refresh(at: now + NamespaceInventory.fullNanoseconds)
    #expect(inventory.entries.contains { $0.inode == gone && $0.process == late.processID })
    #expect(inventory.entries.contains { $0.inode == inode })
  }

  @Test func `namespaces with the same name are told apart`() throws {
    let processes = [try ProcessInside(), try ProcessInside()]
    let ids = processes.map(\.processID)
    var inventory = NamespaceInventory { ids.contains($0) ? "same" : nil }
    try inventory.refresh()
    let names = inventory.entries.map(\.name).filter { $0.hasPrefix("same") }
    #expect(names.count == 2 && Set(names).count == 2 && names.contains("same"))
  }

  @Test func `nothing that was not there is opened`() throws {
    let named = try MadeNamespace()
    let entry = NamespaceEntry(
      inode: try #require(named.inode), name: named.name, process: 4_194_304, mounts: [named.path])
    #expect(try entry.open()?.path == named.path)
    try named.remove()
    #expect(try entry.open() == nil)
    // The number of a process that is somewhere else.
    let other = NamespaceEntry(inode: 1, name: "other", process: getpid())
    #expect(try other.open() == nil)
  }

  @Test func `a namespace is opened by another process when its oldest ones have ended`() throws {
    let made = try MadeNamespace()
    let inode = try #require(made.inode)
    let processes = try made.inside { _ in try (0..<6).map { _ in try SleepingProcess() } }
    try made.remove()
    var inventory = NamespaceInventory()
    try inventory.refresh()
    let entry = try #require(inventory.entries.first { $0.inode == inode })
    let ids = processes.map(\.processID).sorted()
    #expect(entry.process == ids[0] && entry.otherProcesses == Array(ids[1...3]))
    #expect(entry.processCount == 6)
    for process in processes where process.processID == ids[0] { try process.end() }
    #expect(try entry.open()?.path == "/proc/\(ids[1])/ns/net")
    // The tour enters it, so whoever asks for all namespaces has it.
    let visits = try NamespaceTour.visit([entry]) { found, _ in found.inode }.visits
    guard case .found(inode) = visits[0] else {
      Issue.record("\(visits)")
      return
    }
    for process in processes where ids[1...3].contains(process.processID) { try process.end() }
    #expect(try entry.open()?.path == "/proc/\(ids[4])/ns/net", "none of those known is left")
    for process in processes where ids[4...].contains(process.processID) { try process.end() }
    #expect(Settling.wait { (try? entry.open()) == nil })
  }

  @Test func `a name that a container runtime made up comes after the pod's`() throws {
    let chosen = try MadeNamespace()
    let madeUp =
      "cni-0a1b2c3d-4e5f-6071-8293-\(UInt64.random(in: 0x1000_0000_0000...0xffff_ffff_ffff))"
    try ip("netns", "add", madeUp)
    defer { try? ip("netns", "delete", madeUp) }
    let inside = [
      try chosen.inside { _ in try SleepingProcess() },
      try inNamespace(try .named(madeUp)) { Result { try SleepingProcess() } }.get(),
    ]
    let ids = Set(inside.map(\.processID))
    func names(_ container: @escaping @Sendable (Int32) -> String?) throws -> [String?] {
      var inventory = NamespaceInventory(
        nameOfProcess: { ids.contains($0) ? "cron.service" : nil }, nameOfContainer: container)
      try inventory.refresh()
      return [chosen.name, madeUp].map { name in
        inventory.entries.first { $0.registeredNames.contains(name) }?.name
      }
    }
    #expect(try names { ids.contains($0) ? "pod 0a1b2c3d" : nil } == [chosen.name, "pod 0a1b2c3d"])
    // Of a process that is in no container nothing better is known.
    #expect(try names { _ in nil } == [chosen.name, madeUp])
  }

  @Test func `made-up names are told from those that people give`() {
    for name in [
      "cni-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
      String(repeating: "0f", count: 32),
    ] { #expect(MadeUpName.matches(name)) }
    for name in [
      "", "web", "cni", "0a1b2c3d", "web-4e5f-6071-8293-a4b5c6d7e8f9",
      String(repeating: "x", count: 64),
    ] { #expect(!MadeUpName.matches(name)) }
  }
}
