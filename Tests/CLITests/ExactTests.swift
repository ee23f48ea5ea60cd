import Inet
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage --exact`: ports that no dump tells are found, or it is said why not.
@Suite(.needsRoot) struct ExactTests {
  @Test func `a probe finds what a dump cannot tell, and says so`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let sockets = try Self.occupied()
        let dump = try ullage(["--json"]).text
        #expect(dump.contains(#""blocked":1,"blocked_bound":"lower","blocked_ports":[40004]"#))
        #expect(dump.contains(#""headroom":16,"headroom_lower":null,"headroom_bound":"upper""#))
        let exact = try ullage(["--exact", "--json"])
        #expect(exact.end == .status(0))
        #expect(
          exact.text.contains(
            #""blocked":4,"blocked_bound":"exact","blocked_ports":[40004,40006,40008,40010]"#))
        #expect(exact.text.contains(#""headroom":16,"headroom_lower":16,"headroom_bound":"exact""#))
        #expect(!exact.text.contains("blocked_lower_bound"))
        #expect(!exact.text.contains("blocked_not_probed"))
        let page = try ullage(["--exact", "--top", "5"]).text
        #expect(page.contains("0 reserved, 4 blocked (40004, 40006, 40008, 40010)"), "\(page)")
        #expect(!page.contains("at most"))
        #expect(!page.contains("LEFT ≤"))
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `without the privilege the bound is as before, and the reason is there`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let sockets = try Self.occupied()
        let run = try Program.built("ullage", ["--exact", "--json"]).unprivileged.run()
        #expect(run.end == .status(0))
        #expect(run.message == "")
        #expect(run.text.contains(#""blocked":1,"blocked_bound":"lower""#))
        #expect(run.text.contains("blocked_lower_bound"))
        #expect(run.text.contains(#"{"id":"blocked_not_probed","text":"#))
        #expect(run.text.contains("needs CAP_NET_ADMIN"))
        let page = try Program.built("ullage", ["--exact"]).unprivileged.run().text
        #expect(page.contains("note: blocked ports were not probed"), "\(page)")
        withExtendedLifetime(sockets) {}
      }
    }
  }

  /// A listener, and three connections whose ports were bound before.
  private static func occupied() throws -> [TestSocket] {
    let server = try TestSocket.listener(.loopback(5000))
    var sockets = [server, try TestSocket.listener(.loopback(40_004))]
    for port: UInt16 in [40_006, 40_008, 40_010] {
      sockets.append(try .connected(to: .loopback(5000), from: .loopback(port)))
      sockets.append(try server.accept())
    }
    return sockets
  }
}
