import Glibc
import Kernel
import KernelTestKit
import Testing

@testable import HostFacts

/// The directory under tracefs: made, swept, removed.
extension FailureTests {
  @Suite(.needsRoot, .serialized) struct TraceInstanceTests {
    @Test func `a killed program's directory is removed, and one in use is not`() throws {
      let tracefs = try Tracefs()
      let parent = "\(tracefs.path)/instances"
      let stale = "\(parent)/ullage-stale-\(getpid())"
      try Directory.add(stale)
      let busy = "\(parent)/ullage-busy-\(getpid())"
      try Directory.add(busy)
      var file: RereadFile? = try RereadFile("\(busy)/per_cpu/cpu0/stats")
      defer {
        file = nil
        try? Directory.remove(busy)
      }
      var instance: TraceInstance? = try TraceInstance(
        tracefs, event: "sock/inet_sock_set_state", filter: "sport == 0 && dport == 1")
      let own = "\(parent)/ullage-\(getpid())"
      #expect(!Directory.exists(stale) && Directory.exists(busy) && Directory.exists(own))
      #expect(instance?.count().events == 0)
      instance = nil
      #expect(!Directory.exists(own))
      _ = file.take()
    }

    @Test func `a filter that the kernel refuses leaves nothing behind`() throws {
      let tracefs = try Tracefs()
      #expect(throws: SystemCallError.self) {
        _ = try TraceInstance(tracefs, event: "sock/inet_sock_set_state", filter: "nonsense == 1")
      }
      #expect(!Directory.exists("\(tracefs.path)/instances/ullage-\(getpid())"))
    }
  }
}
