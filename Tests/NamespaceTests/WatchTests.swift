import Glibc
import Inet
import Kernel
import KernelTestKit
import PropertyTestKit
import Testing

@testable import HostFacts

/// The bounds of namespaces against what is really in them.
@Suite(.needsRoot) struct WatchTests {
  private static func bound(
    _ watch: borrowing NamespaceWatch, _ inode: UInt64?
  ) throws -> NamespaceBound {
    let bounds = watch.bounds
    return try #require(bounds.first { $0.entry.inode == inode })
  }

  @Test func `each namespace has its own sockets, range, table and cookie`() throws {
    let plain = try MadeNamespace(), narrow = try MadeNamespace()
    try narrow.inside {
      try $0.write("40000 40099", to: "ipv4/ip_local_port_range")
      try $0.write("40010-40019,50000", to: "ipv4/ip_local_reserved_ports")
      // What comes from it later has a table of its own.
      try $0.write("4096", to: "ipv4/tcp_child_ehash_entries")
    }
    let child = try narrow.inside { _ in try ProcessInside() }
    let sockets = try plain.connect(25), others = try narrow.connect(7)
    var watch = NamespaceWatch()
    try watch.look()

    let first = try Self.bound(watch, plain.inode), second = try Self.bound(watch, narrow.inode)
    #expect(first.tcpSockets == 51 && second.tcpSockets == 15)
    #expect(first.space?.capacity == 28_232 && first.space?.range == .kernelDefault)
    #expect(
      second.space?.capacity == 90 && second.space?.range == PortRange(low: 40_000, high: 40_099))
    #expect(first.space?.ownsTable == false && second.space?.ownsTable == false)
    #expect(second.usageMaximum(idleBinds: 0) == 15.0 / 90)
    #expect(second.usageMaximum(idleBinds: 30) == 0.5)
    let cookie = try plain.inside { _ in NetworkNamespace.currentCookie() }
    #expect(first.space?.cookie == cookie)
    #expect(cookie != nil && cookie != second.space?.cookie)

    // By way of a process, without going inside for the counters.
    let own = try Self.bound(watch, child.inode)
    #expect(own.entry.process == child.processID)
    #expect(own.space?.ownsTable == true && own.tcpSockets == 0)
    let bounds = watch.bounds
    #expect(bounds.first { $0.entry.name == "host" }?.space?.ownsTable == false)
    #expect(sockets.count + others.count == 66)
  }

  @Test func `a bound is never below what a pool has, whatever is in a namespace`() throws {
    var generator = SeededGenerator.fresh()
    for _ in 0..<rounds(6) {
      let made = try MadeNamespace()
      let low = UInt16.random(in: 33_000...50_000, using: &generator)
      let count = Int.random(in: 0...40, using: &generator)
      let idle = Int.random(in: 0...20, using: &generator)
      try made.inside { try $0.write("\(low) \(low + 99)", to: "ipv4/ip_local_port_range") }
      let kept = try made.connect(count)
      let binds = try made.inside { _ in
        try (0..<idle).map { _ in try TestSocket.bound(.loopback()) }
      }
      // Connections of 127.0.0.1 to one port hold a port each, idle binds block one each.
      let left = Double(max(1, 100 - idle))
      let real = min(1, Double(count) / left)
      // Sockets of other tests that come and go while the namespaces are read, one after the other, stand
      // in the sum: so one look of some must be right.
      var wrong: [String] = []
      for _ in 0..<10 {
        var watch = NamespaceWatch()
        try watch.look()
        let idleMaximum = watch.idleBindMaximum
        let most = try #require(idleMaximum)
        let bound = try Self.bound(watch, made.inode)
        let usage = try #require(bound.usageMaximum(idleBinds: most))
        #expect(bound.tcpSockets == 2 * count + 1, "\(generator.replay)")
        if usage >= real, most >= idle { break }
        wrong.append("\(usage) of \(real), \(most) of \(idle) idle")
      }
      #expect(wrong.count < 10, "\(generator.replay): \(wrong)")
      #expect(kept.count + binds.count == 2 * count + 1 + idle)
    }
  }

  @Test func `what is nearly empty is read at every other look, and what fills at each`() throws {
    let made = try MadeNamespace(ports: "40000 40099")
    let process = try made.inside { _ in try SleepingProcess() }
    var watch = NamespaceWatch()
    try watch.look()
    #expect(try Self.bound(watch, made.inode).tcpSockets == 0)
    let first = try made.connect(2)
    for _ in 0..<2 { try watch.look() }
    #expect(try Self.bound(watch, made.inode).tcpSockets == 5)
    let second = try made.connect(10, port: 5001)
    for _ in 0..<2 { try watch.look() }
    #expect(try Self.bound(watch, made.inode).tcpSockets == 26)
    let third = try made.connect(1, port: 5002)
    try watch.look()
    #expect(try Self.bound(watch, made.inode).tcpSockets == 29)
    #expect(first.count + second.count + third.count == 29 && process.processID > 0)
  }

  @Test func `a range that changes is seen when it is read again`() throws {
    let made = try MadeNamespace()
    let process = try made.inside { _ in try SleepingProcess() }
    var watch = NamespaceWatch()
    let now = Clock.monotonicNanoseconds()
    try watch.look(at: now)
    try made.inside { try $0.write("40000 40099", to: "ipv4/ip_local_port_range") }
    // With a process it is not entered each time; a part of the old ones is read again in each look.
    var later = now + NamespaceWatch.spaceNanoseconds
    var capacity: Int?
    for _ in 0..<9 {
      try watch.look(at: later)
      capacity = try Self.bound(watch, made.inode).space?.capacity
      if capacity == 100 { break }
      later += 1_000_000_000
    }
    #expect(capacity == 100)
    #expect(process.processID > 0)
  }

  @Test func `a namespace that goes between finding and looking is gone, and no error`() throws {
    let made = try MadeNamespace()
    var inventory = NamespaceInventory()
    try inventory.refresh()
    let entry = try #require(inventory.entries.first { $0.inode == made.inode })
    let before = NamespaceEntry(inode: entry.inode, name: "x", process: 4_194_304)
    let visits = try NamespaceTour.visit([entry, before]) { found, cookie in
      "\(found.inode) \(cookie != nil)"
    }.visits
    guard case .found(let text) = visits[0], case .gone = visits[1] else {
      Issue.record("\(visits)")
      return
    }
    #expect(text == "\(entry.inode) true")
    try made.remove()
    let later = try NamespaceTour.visit([entry]) { _, _ in 1 }.visits
    guard case .gone = later[0] else {
      Issue.record("\(later)")
      return
    }
  }

  @Test func `without descriptors a namespace cannot be opened, and has not gone`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let made = try MadeNamespace()
        let entry = NamespaceEntry(
          inode: try #require(made.inode), name: "x", process: 4_194_304, mounts: [made.path])
        var most = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &most)
        var none = rlimit(rlim_cur: 0, rlim_max: most.rlim_max)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
        var failure: SystemCallError?
        do throws(SystemCallError) { _ = try entry.open() } catch { failure = error }
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &most)
        ExitTestReport.check(
          failure?.errno.rawValue == EMFILE, failure.map { "\($0)" } ?? "nothing failed")
        let opened = try entry.open()
        ExitTestReport.check(opened != nil, "it does not open with descriptors")
      }
    }
  }

  @Test func `whoever may enter none is refused the others, and finds its own behind them`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let made = try MadeNamespace()
        let own = try NetworkNamespace.current().inode
        ExitTestReport.check(seteuid(65534) == 0, "no other user")
        let entries = [
          NamespaceEntry(inode: try #require(made.inode), name: "x", mounts: [made.path]),
          NamespaceEntry(inode: own, name: "own", mounts: ["/proc/thread-self/ns/net"]),
        ]
        var found: [String] = []
        NamespaceTour.walk(entries, { entry, _ in entry.name }) { _, visit in
          switch visit {
          case .found(let name): found.append(name)
          case .gone: found.append("gone")
          case .refused(let error): found.append(error.errno.name)
          }
        }
        ExitTestReport.check(found == ["EPERM", "own"], "\(found)")
        // Only root may remove the namespace.
        ExitTestReport.check(seteuid(0) == 0, "no way back to root")
      }
    }
  }

  @Test func `a look that fails forgets no range, and one enters no more than it may`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let made = try (0..<3).map { _ in try MadeNamespace() }
        let inodes = Set(made.compactMap(\.inode))
        var watch = NamespaceWatch()
        watch.visitMaximum = 1
        // Each look enters another one; who waits is not taken for gone, nor for full.
        for _ in 0..<1000 where inodes.count == 3 {
          try watch.look()
          let left = watch.bounds.count { $0.trouble == .pending }
          if left == 0 { break }
        }
        let known = watch.bounds.filter { inodes.contains($0.entry.inode) }
        ExitTestReport.check(
          known.count == 3 && known.allSatisfy { $0.space != nil && $0.reading != nil },
          "\(known)")
        let tour = watch.tourNanoseconds
        ExitTestReport.check(tour > 0, "the tour cost nothing")

        watch.visitMaximum = .max
        // A user who may have no thread, and goes back to root.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &none)
        ExitTestReport.check(setreuid(65534, .max) == 0 && seteuid(65534) == 0, "no other user")
        var isFailed = false
        do throws(SystemCallError) { try watch.look() } catch { isFailed = true }
        // Wholly, or the next program that is started fails.
        ExitTestReport.check(seteuid(0) == 0 && setreuid(0, 0) == 0, "no way back to root")
        let after = watch.bounds.filter { inodes.contains($0.entry.inode) }
        ExitTestReport.check(isFailed, "the look did not fail")
        ExitTestReport.check(
          after.count == 3 && after.allSatisfy { $0.space != nil }, "\(after)")
      }
    }
  }

  @Test func `counters larger than any table make a bound of one, and no trap`() {
    var bound = NamespaceBound(NamespaceEntry(inode: 1, name: "x"))
    bound.space = NamespaceSpace(
      range: .kernelDefault, capacity: 28_232, ownsTable: nil, cookie: nil)
    #expect(bound.usageMaximum(idleBinds: 0) == nil && bound.tcpSockets == nil)
    var reading = GuardReading()
    reading.tcpInUse = .max
    reading.timeWait = .max
    reading.udpInUse = 0
    bound.reading = reading
    #expect(bound.usageMaximum(idleBinds: .max) == 1)
    reading.tcpInUse = 0
    reading.timeWait = 0
    reading.udpInUse = 14_116
    bound.reading = reading
    #expect(bound.usageMaximum(idleBinds: 0) == 0.5)
    bound.space?.capacity = 0
    #expect(bound.usageMaximum(idleBinds: 0) == 1)
    bound.space?.capacity = nil
    #expect(bound.usageMaximum(idleBinds: 0) == nil)
  }
}
