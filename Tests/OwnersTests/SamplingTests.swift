import CAllocationCounter
import Collector
import Inet
import Kernel
import KernelTestKit
import Owners
import PropertyTestKit
import Testing

/// Looking at some descriptors instead of all.
@Suite(.needsRoot) struct SamplingTests {
  @Test func `a sample's bounds hold the truth, and small processes are read whole`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        // Half of the descriptors are something else.
        let large = try Holder(
          "name('large')\nconnect(5000, 400)\nother = [open('/dev/null') for _ in range(400)]")
        let small = try Holder("name('small')\nconnect(5000, 9)")
        let seeded = SeededGenerator.fresh()
        for _ in 0..<3 {
          let ranking = try rankOwners(.process) { $0.scan = .sampled(60) }
          let estimate = ranking.process("large")
          let bounds = estimate?.sample?.bounds ?? 0...0
          // Five standard deviations of a sample of 60.
          check(bounds.upperBound > 270 && bounds.lowerBound < 530, "\(bounds), \(seeded.replay)")
          check(bounds.contains(estimate?.count.sockets ?? -1), "\(bounds)")
          check(estimate?.count.tightest?.port == 5000, "\(ranking.owners)")
          check(estimate?.sample?.looked == 60, "\(ranking.owners)")
          let whole = ranking.process("small")
          check(whole?.sample == nil && whole?.count.sockets == 9, "\(ranking.owners)")
          check(ranking.notes.first?.id == "sampled", "\(ranking.notes)")
          check(ranking.unseen == nil && ranking.sharedSockets == nil, "not looked at")
        }
        let exact = try rankOwners(.process)
        check(exact.process("large")?.count.sockets == 400, "\(exact.owners)")
        withExtendedLifetime((server, large, small)) {}
      }
    }
  }

  @Test func `descriptors with few and far numbers are listed instead of guessed`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let server = try TestSocket.listener(.loopback(5000))
        let holder = try Holder(
          """
          name('sparse')
          for number in range(40):
              s = socket.create_connection(('127.0.0.1', 5000))
              os.dup2(s.fileno(), 15000 + number * 100)
              s.close()
          """)
        let ranking = try rankOwners(.process) { $0.scan = .sampled(10) }
        check(ranking.process("sparse")?.count.sockets == 40, "\(ranking.owners)")
        check(ranking.process("sparse")?.sample == nil, "\(ranking.owners)")
        withExtendedLifetime((server, holder)) {}
      }
    }
  }

  @Test func `reading a link allocates nothing`() throws {
    guard CAllocationCounter_isCounting() != 0 else { return }
    let process = Credentials.processID
    var links = SocketLinks()
    func calls() throws -> (calls: UInt64, links: Int) {
      let before = CAllocationCounter_calls()
      let count = try links.read(process) { _ in }
      return (CAllocationCounter_calls() - before, count)
    }
    _ = try calls()
    let few = try calls()
    let more = try (0..<500).map { _ in try Descriptor.box("/dev/null") }
    let many = try calls()
    // Other tests open and close theirs meanwhile.
    #expect(many.links >= few.links + 400)
    #expect(many.calls == few.calls)
    withExtendedLifetime(more) {}
  }
}

extension Descriptor {
  /// An open file that an array can hold.
  fileprivate static func box(_ path: String) throws(SystemCallError) -> BoxedDescriptor {
    BoxedDescriptor(try Descriptor(opening: path))
  }
}

private final class BoxedDescriptor {
  private let descriptor: Descriptor
  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
