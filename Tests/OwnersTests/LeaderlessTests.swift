import Collector
import Glibc
import Kernel
import KernelTestKit
import Testing

@testable import Owners

/// Processes whose first thread has ended: the kernel tells their descriptors by the other threads alone.
@Suite(.needsRoot) struct LeaderlessTests {
  @Test func `a process without its first thread holds what its others hold`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder(
          """
          name('leaderless')
          connect(5000, 3)
          def work():
              while open('/proc/%d/stat' % os.getpid()).read().split(')')[1].split()[0] != 'Z':
                  time.sleep(0.01)
              open(sys.argv[1], 'w').close()
              time.sleep(600)
          threading.Thread(target=work).start()
          libc.pthread_exit(None)
          """)
        check(try FileStatus(of: "/proc/\(holder.processID)/fd").byteCount == 0, "it has a first")
        let ranking = try rankOwners(.process)
        let owner = ranking.owners.first { $0.id == UInt64(holder.processID) }
        check(owner?.name == "leaderless (\(holder.processID))", "\(ranking.owners)")
        check(owner?.count.ports == 3, "\(ranking.owners)")
        check(ranking.unseen?.sockets == 0, "\(ranking)")
        let sampled = try rankOwners(.process) { $0.scan = .sampled(5) }
        check(sampled.owners.contains { $0.id == UInt64(holder.processID) }, "\(sampled.owners)")
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `a process whose first thread lives is asked by that`() throws {
    #expect(try ProcessScan.livingThread(of: getpid())?.id == nil)
    // Kernel threads have nothing that could be asked.
    let kernelThread = try? ProcessScan.livingThread(of: 2)
    #expect(kernelThread == nil)
  }
}
