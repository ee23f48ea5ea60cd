import Inet
import Kernel
import KernelTestKit
import Synchronization
import Testing

@Suite struct DedicatedThreadTests {
  @Test func `a thread hands over what its work returned`() throws {
    #expect(try DedicatedThread { 6 * 7 }.join() == 42)
  }

  @Test func `an owner that is dropped waits for its thread`() throws {
    final class Flag: Sendable { let isSet = Atomic(false) }
    let flag = Flag()
    do {
      let thread = try DedicatedThread {
        Settling.pause()
        flag.isSet.store(true, ordering: .releasing)
      }
      _ = consume thread
    }
    let isSet = flag.isSet.load(ordering: .acquiring)
    #expect(isSet)
  }

  @Test func `a namespace that is none is an error`() {
    #expect(throws: SystemCallError("open", "/run/netns/no such", .noEntry)) {
      try NetworkNamespace.named("no such")
    }
  }

  @Test(.enabled(if: Credentials.isRoot, "making a network namespace needs root"))
  func `work in a namespace sees it and leaves its own thread where it was`() async {
    await #expect(processExitsWith: .success) {
      do {
        let outside = try NetworkNamespace.current()
        _ = try TestNamespace.enter()
        let inside = try NetworkNamespace.current()
        #expect(inside.inode != outside.inode)
        let seen = try inNamespace(outside) {
          NetworkNamespace.inode(at: "/proc/thread-self/ns/net")
        }
        #expect(seen == outside.inode)
        #expect(try NetworkNamespace.current().inode == inside.inode)
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test(.enabled(if: Credentials.isRoot, "making a network namespace needs root"))
  func `a fresh namespace has its loopback, its addresses and its own sysctls`() async {
    await #expect(processExitsWith: .success) {
      do {
        let namespace = try TestNamespace.enter()
        try namespace.setPortRange(40_000, 40_019)
        #expect(try namespace.read("ipv4/ip_local_port_range") == "40000\t40019")
        for text in ["10.9.0.1", "fd00::9"] {
          guard let address = IPAddress(text) else { continue }
          try namespace.add(address)
          #expect(try TestSocket.bound(Endpoint(address)).local.address == address)
        }
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
