import Collector
import FrameRing
import Frames
import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import PropertyTestKit
import Testing

/// Two hundred namespaces, from empty to full, while others come and go: what is in each is right, and nothing
/// is kept of those that went.
@Suite(.needsRoot, .serialized) struct ManyNamespacesTests {
  @Test func `each pool of two hundred namespaces is right while others come and go`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let crowd = try Crowd()
        // Counts our own alone, and opens what the C library keeps.
        var survey = NamespaceSurvey(share: 2)
        _ = try survey.take()
        let descriptors = try descriptorCount()
        survey.share = 0
        var churn: Churn? = try Churn()
        for _ in 0..<rounds(1) {
          let snapshot = try survey.take()
          for (namespace, count) in zip(crowd.made, crowd.counts) {
            let found = snapshot.namespaces.first { $0.name == namespace.name }
            let pools = found?.pools.filter { $0.key.kind == .connect } ?? []
            ExitTestReport.check(
              found?.tcp.sockets == crowd.socketCount(count)
                && pools.map(\.inUse) == (count == 0 ? [] : [count]),
              "\(namespace.name): \(found?.tcp.sockets ?? -1) sockets, \(pools.map(\.inUse)) of \(count)"
            )
            ExitTestReport.check(found?.ownsTable == false, "\(namespace.name) shares the table")
          }
          let own = Set(crowd.made.map(\.name))
          let sum = snapshot.namespaces.filter { own.contains($0.name) }
            .map(\.tcp.portsInUse).reduce(0, +)
          // The server ends' port is none of the range.
          ExitTestReport.check(
            sum == crowd.counts.reduce(0, +), "\(sum) ports of \(crowd.counts.reduce(0, +))")
        }
        let passed = try churn?.end() ?? 0
        ExitTestReport.check(passed > 0, "nothing came and went")
        // It has a descriptor to be woken by.
        churn = nil
        let left = try descriptorCount()
        ExitTestReport.check(left == descriptors, "\(left) descriptors after \(descriptors)")
      }
    }
  }

  @Test func `a new namespace is seen by the second look, and one that went is forgotten`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let crowd = try Crowd(count: 100, largest: 200)
        var watch = NamespaceWatch()
        try watch.look()
        let churn = try Churn()
        for round in 0..<20 {
          let made = try MadeNamespace()
          let sockets = try made.connect(1 + round % 3)
          var looks = 0
          var isSeen = false
          while looks < 2, !isSeen {
            try watch.look()
            looks += 1
            isSeen = watch.bounds.contains {
              $0.entry.name == made.name && $0.tcpSockets == sockets.count
            }
          }
          ExitTestReport.check(isSeen, "\(made.name) is not seen by the second look")
        }
        ExitTestReport.check(try churn.end() > 0, "nothing came and went")
        let prefix = "ullage-ns-\(getpid())-"
        let isSettled = try Settling.wait {
          try watch.look()
          return watch.bounds.count { $0.entry.name.hasPrefix(prefix) && $0.trouble == nil }
            == crowd.made.count
        }
        ExitTestReport.check(isSettled, "what is gone is told of still")
      }
    }
  }

  @Test func `a fleet over two hundred namespaces counts the full ones, and lets go of all`() async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let directory = "/tmp/ullage-crowd-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Directory.make(directory)
        defer { _ = try? Program("/usr/bin/env", ["rm", "-r", directory]).run() }
        let collector = try Program.built(
          "ullage",
          [
            "collect", "--ring", directory, "--interval", "0.5", "--budget", "0.5", "--ring-total",
            "128MiB",
          ]
        ).start()
        let ring = { (try? Directory.names(in: directory))?.first { $0.hasSuffix(".ring") } }
        ExitTestReport.check(Settling.wait(seconds: 30) { ring() != nil }, "no ring")
        Settling.pause(milliseconds: 2000)
        let before = try Held(of: collector.processID, ringsIn: directory)

        var crowd: Crowd? = try Crowd()
        let canaries = try crowd?.addCanaries(8) ?? []
        let churn = try Churn()
        let cookies = try #require(crowd).full.map { namespace, count in
          let cookie = try namespace.inside { _ in NetworkNamespace.currentCookie() } ?? 0
          return (name: namespace.name, path: "\(directory)/ns-\(cookie).ring", count: count)
        }
        for (name, path, count) in cookies {
          let isRight = Settling.wait(seconds: 60) {
            guard let frame = try? FrameRingReader(path: path).newest() else { return false }
            return frame.pools.contains { $0.key.kind == .connect && $0.inUse.last == count }
          }
          ExitTestReport.check(isRight, "\(name): no frame with \(count) ports")
        }
        ExitTestReport.check(try churn.end() > 0, "nothing came and went")

        crowd = nil
        let areGone = try Settling.wait(seconds: 60) {
          let text = String(
            decoding: try KernelFile.read("/proc/thread-self/net/dev"), as: UTF8.self)
          return !canaries.contains { text.contains("\($0):") }
        }
        ExitTestReport.check(areGone, "the fleet keeps namespaces that were removed")
        var after = before
        let isBack = try Settling.wait(seconds: 30) {
          after = try Held(of: collector.processID, ringsIn: directory)
          return after.rings.isDisjoint(with: cookies.map(\.path)) && after.isNoMore(than: before)
        }
        ExitTestReport.check(isBack, "\(after) after \(before)")
        collector.send(SIGTERM)
        let run = try collector.wait()
        ExitTestReport.check(run.end == .status(0), "\(run.message)")
      }
    }
  }
}

/// Many namespaces with sockets: most with a few, some nearly full, one with tens of thousands.
private final class Crowd {
  let made: [MadeNamespace]
  /// Connections of each to itself.
  let counts: [Int]
  private var sockets: [TestSocket] = []

  /// `count` namespaces, in the first of them `largest` connections: all of them take less than 20,000 descriptors.
  init(count: Int = 200, largest: Int = 10_000) throws {
    var counts: [Int] = [], made: [MadeNamespace] = []
    for index in 0..<count {
      let namespace = try MadeNamespace()
      // Every twentieth has a range that is nearly used up.
      let isNarrow = index % 20 == 10
      if isNarrow {
        try namespace.inside { try $0.write("40000 40099", to: "ipv4/ip_local_port_range") }
      }
      made.append(namespace)
      counts.append(index == 0 ? largest : isNarrow ? 80 : index % 50)
    }
    for (namespace, count) in zip(made, counts) {
      sockets += try namespace.connectUnaccepted(count)
    }
    self.made = made
    self.counts = counts
  }

  /// Both ends, and the listener.
  func socketCount(_ connections: Int) -> Int { 2 * connections + 1 }

  /// Those in which a pool is past a quarter.
  var full: [(MadeNamespace, Int)] {
    Array(zip(made, counts)).enumerated().filter { $0.offset == 0 || $0.offset % 20 == 10 }
      .map(\.element)
  }

  /// Interfaces here that go when so many of the namespaces are really gone.
  func addCanaries(_ count: Int) throws -> [String] {
    try (0..<count).map { index in
      let name = "canary\(index)"
      try ip(
        "link", "add", name, "type", "veth", "peer", "name", "x", "netns",
        made[index * made.count / count].name)
      return name
    }
  }
}

/// Namespaces that come and go, one after the other, until told to end.
private final class Churn {
  private let wake: WakeUp
  private var thread: DedicatedThread<Result<Int, any Error>>?

  init() throws {
    let wake = try WakeUp()
    self.wake = wake
    thread = try DedicatedThread {
      Result { () throws -> Int in
        var count = 0
        repeat {
          let made = try MadeNamespace()
          if count % 3 == 0 { _ = try made.connect(2) }
          if count % 4 == 0 { _ = try made.inside { _ in try SleepingProcess() } }
          count += 1
        } while !wake.wait(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000)
        return count
      }
    }
  }

  /// Ends it; how many there were.
  func end() throws -> Int {
    wake.wake()
    return try thread.take()?.join().get() ?? 0
  }
}

/// What a collector holds. The namespaces of whatever else runs on the host are collected, too, and stay so for
/// a minute after they were busy.
private struct Held: CustomStringConvertible {
  let descriptors: Int
  let threads: Int
  /// The paths of the rings that it writes, one for each namespace.
  let rings: Set<String>

  init(of process: Int32, ringsIn directory: String) throws {
    let names = try Directory.names(in: "/proc/\(process)/fd")
    descriptors = names.count
    threads = try Directory.names(in: "/proc/\(process)/task").count
    // One that is closed meanwhile is none.
    let held = Set(names.compactMap { Ring(of: "/proc/\(process)/fd/\($0)") })
    rings = Set(
      try Directory.names(in: directory).filter { $0.hasSuffix(".ring") }.map {
        "\(directory)/\($0)"
      }
      .filter { path in Ring(of: path).map { held.contains($0) } ?? false })
  }

  /// What tells a ring from the other files that a collector has open.
  private struct Ring: Hashable {
    let inode: UInt64
    let byteCount: Int

    init?(of path: String) {
      guard let status = try? FileStatus(of: path) else { return nil }
      inode = status.inode
      byteCount = status.byteCount
    }
  }

  /// Whether what is held besides is of the namespaces that came since. For each there are a thread and ten
  /// descriptors: the namespace, what wakes it, ring and lock, four files of counters, a netlink socket and the
  /// cgroups' mount.
  func isNoMore(than before: Held) -> Bool {
    let others = rings.subtracting(before.rings).count
    return descriptors <= before.descriptors + 10 * others && threads <= before.threads + others
  }

  var description: String {
    "\(descriptors) descriptors, \(threads) threads, \(rings.sorted())"
  }
}
