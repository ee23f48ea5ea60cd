import Collector
import Glibc
import Inet
import Kernel
import KernelTestKit
import Pools
import Testing

@testable import HostFacts

/// One snapshot of all namespaces against the tests' own account of what is in them.
@Suite(.needsRoot) struct SurveyTests {
  @Test func `every pool of every namespace is right, and the rest is bounded`() throws {
    let counts = [0, 3, 40, 60]
    let made = try counts.map { _ in try MadeNamespace(ports: "40000 40099") }
    let kept = try zip(made, counts).map { try $0.connect($1) }
    // The share is above what eight sockets and idle ones elsewhere are of a hundred ports.
    var survey = NamespaceSurvey(share: 0.2)
    let snapshot = try survey.take()
    for (namespace, count) in zip(made, counts) {
      let found = snapshot.namespaces.first { $0.name == namespace.name }
      // As many idle sockets as the rest of the host may have are added to each: they may make one due.
      guard let counted = found else {
        #expect(2 * count + 1 < 20)
        let bound = try #require(snapshot.uncounted.first { $0.name == namespace.name })
        #expect(bound.tcpSockets == 2 * count + 1 && bound.capacity == 100)
        #expect(bound.usageMaximum.map { $0 < 0.2 && $0 >= Double(count) / 100 } == true)
        #expect(bound.inode == namespace.inode && bound.cookie != nil)
        continue
      }
      #expect(counted.tcp.sockets == 2 * count + 1 && counted.inode == namespace.inode)
      let connects = counted.pools.filter { $0.key.kind == .connect }
      #expect(connects.map(\.inUse) == (count == 0 ? [] : [count]))
      #expect(connects.map(\.headroom) == (count == 0 ? [] : [100 - count]))
    }
    #expect(kept.map(\.count) == counts.map { 2 * $0 + 1 })
    // Tightest first, our own among them.
    #expect(snapshot.namespaces.contains { $0.name == "host" })
    let usages = snapshot.namespaces.compactMap { Verdict([$0]).pool }
    for (first, second) in zip(usages, usages.dropFirst()) {
      #expect(first.verdict >= second.verdict)
      if first.verdict == second.verdict { #expect(first.usage >= second.usage) }
    }
    let bounds = snapshot.uncounted.map { $0.usageMaximum ?? 2 }
    #expect(bounds == bounds.sorted(by: >))
  }

  @Test func `a share of nothing counts all`() throws {
    let made = try MadeNamespace()
    var survey = NamespaceSurvey(share: 0)
    let snapshot = try survey.take()
    let counted = try #require(snapshot.namespaces.first { $0.name == made.name })
    #expect(counted.tcp.sockets == 0 && counted.cookie != nil && counted.ownsTable == false)
    #expect(!snapshot.uncounted.contains { $0.refusal == nil })
    let named = snapshot.flags.contains { $0.text.contains(made.name) }
    #expect(!named, "names are no part of a flag, which is never redacted")
  }

  @Test func `a namespace with a table of its own is told from one that shares`() throws {
    let parent = try MadeNamespace()
    try parent.inside { try $0.write("4096", to: "ipv4/tcp_child_ehash_entries") }
    let child = try parent.inside { _ in try ProcessInside() }
    var survey = NamespaceSurvey(share: 0)
    let snapshot = try survey.take()
    let found = snapshot.namespaces.first { $0.inode == child.inode }
    #expect(found?.ownsTable == true)
    #expect(snapshot.namespaces.first { $0.name == "host" }?.ownsTable == false)
    #expect(snapshot.namespaces.first { $0.name == parent.name }?.ownsTable == false)
  }

  @Test func `namespaces that come and go while it counts are no error, and none is kept`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        var survey = NamespaceSurvey(share: 0)
        _ = try survey.take()
        let descriptors = try descriptorCount()
        let churn = try DedicatedThread {
          Result { () throws -> Int in
            for round in 0..<40 {
              let made = try MadeNamespace()
              if round % 3 == 0 { _ = try made.connect(2) }
            }
            return 40
          }
        }
        var canaries: [String] = []
        for round in 0..<12 {
          let made = try MadeNamespace()
          canaries.append("canary\(round)")
          try ip(
            "link", "add", "canary\(round)", "type", "veth", "peer", "name", "x", "netns", made.name
          )
          let snapshot = try survey.take()
          ExitTestReport.check(
            snapshot.namespaces.contains { $0.name == made.name }, "\(made.name) is missing")
        }
        ExitTestReport.check(try churn.join().get() == 40, "the churn stopped")
        let areGone = try Settling.wait {
          let text = String(
            decoding: try KernelFile.read("/proc/thread-self/net/dev"), as: UTF8.self)
          return !canaries.contains { text.contains("\($0):") }
        }
        ExitTestReport.check(areGone, "a namespace lives on after it was counted")
        let left = try descriptorCount()
        ExitTestReport.check(left == descriptors, "\(left) descriptors after \(descriptors)")
      }
    }
  }
}
