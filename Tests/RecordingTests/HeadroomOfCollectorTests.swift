import Glibc
import Headroom
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// A reader beside `ullage collect`, which is started later, stopped and started again.
@Suite struct HeadroomOfCollectorTests {
  @Test(.needsRoot)
  func `the ring of the own namespace is found when a collector comes, and again`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_199)
        try withFolder { folder in
          let reader = try HeadroomReader(directory: folder)
          let address = Endpoint.loopback().address
          func ask(
            until isWanted: (HeadroomAnswer) -> Bool
          ) -> HeadroomAnswer {
            var answer = reader.headroom(to: address, port: 5000)
            for _ in 0..<500 where !isWanted(answer) {
              Settling.pause(milliseconds: 20)
              answer = reader.headroom(to: address, port: 5000)
            }
            return answer
          }
          let none = reader.headroom(to: address, port: 5000)
          ExitTestReport.check(none == .unknown(.noRing(places: [folder])), "\(none)")
          let listener = try TestSocket.listener(.loopback(5000))
          var connections: [TestSocket] = []
          for round in 1...2 {
            for _ in 0..<20 {
              connections.append(try TestSocket.connected(to: .loopback(5000)))
            }
            let collector = try Program.built(
              "ullage", ["collect", "--ring", folder, "--interval", "100ms"]
            ).start()
            let left = ask { $0.left == 200 - 20 * round }
            ExitTestReport.check(left.left == 200 - 20 * round, "\(left)")
            if case .counted(let pool) = left {
              ExitTestReport.check(pool.capacity == 200 && pool.inUse == 20 * round, "\(pool)")
            } else {
              ExitTestReport.check(false, "\(left)")
            }
            collector.send(SIGTERM)
            _ = try collector.wait()
            let ended = ask { $0 == .unknown(.ended) }
            ExitTestReport.check(ended == .unknown(.ended), "\(ended)")
          }
          withExtendedLifetime((listener, connections)) {}
        }
      }
    }
  }
}
