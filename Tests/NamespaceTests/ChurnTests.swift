import Glibc
import Kernel
import KernelTestKit
import Testing

@testable import HostFacts

/// Namespaces come and go while we look, and none stays because of us.
@Suite(.needsRoot) struct ChurnTests {
  /// One end of a pair of interfaces in a namespace that is to go, the other one here: the kernel removes
  /// both when the namespace is really gone, and only then.
  @Test func `no namespace and no descriptor is kept`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        var watch = NamespaceWatch()
        try watch.look()
        // The first tour has opened what the C library keeps.
        let descriptors = try descriptorCount()
        var canaries: [String] = []
        for round in 0..<24 {
          let made = try MadeNamespace()
          let canary = "canary\(round)"
          try ip("link", "add", canary, "type", "veth", "peer", "name", "other", "netns", made.name)
          canaries.append(canary)
          let sockets = try made.connect(3)
          let process = round % 3 == 0 ? try made.inside { _ in try SleepingProcess() } : nil
          try watch.look()
          if round % 2 == 0 { try watch.look() }
          ExitTestReport.check(
            watch.bounds.contains { $0.entry.name == made.name && $0.reading != nil },
            "\(made.name) is not there in round \(round)")
          if round % 4 == 1 { try watch.look() }
          _ = (sockets.count, process?.processID)
          // Removed here, in the midst of it, when `made` is forgotten.
        }
        let interfaces = "/proc/thread-self/net/dev"
        let areGone = try Settling.wait {
          let text = String(decoding: try KernelFile.read(interfaces), as: UTF8.self)
          return !canaries.contains { text.contains("\($0):") }
        }
        ExitTestReport.check(areGone, "a namespace lives on while somebody watches")
        try watch.look()
        try watch.look()
        ExitTestReport.check(
          !watch.bounds.contains { $0.entry.name.hasPrefix("ullage-ns-\(getpid())-") },
          "a namespace that is gone is still told of")
        let left = try descriptorCount()
        ExitTestReport.check(left == descriptors, "\(left) descriptors after \(descriptors)")
      }
    }
  }

  @Test func `a namespace that only a kept descriptor holds is seen to live on`() async {
    // That the canary tells at all: without this, the test above would prove nothing.
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let made = try MadeNamespace()
        try ip("link", "add", "canary", "type", "veth", "peer", "name", "other", "netns", made.name)
        let held = try NetworkNamespace.named(made.name)
        try made.remove()
        Settling.pause(milliseconds: 1000)
        let text = String(decoding: try KernelFile.read("/proc/thread-self/net/dev"), as: UTF8.self)
        ExitTestReport.check(text.contains("canary:"), "\(held.path) is gone though it is held")
      }
    }
  }
}
