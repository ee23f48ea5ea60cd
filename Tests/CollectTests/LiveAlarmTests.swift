import Alarms
import Frames
import Inet
import KernelTestKit
import Testing

/// Alarms over a real namespace whose twenty ports are filled and drained for real, with the semantics
/// of the classic alarm: 80 %, five checks, cleared at 72 %.
@Suite(.needsRoot) struct LiveAlarmTests {
  @Test func `an alarm is raised at the fifth check above, holds above 72 %, and clears below`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let destination = Endpoint(IPAddress(ipv4: 0x7f00_0001), 5000)
        let listener = try TestSocket.listener(destination)
        let rule = AlarmRule(
          name: "host", subject: .host, threshold: 0.8, periodNanoseconds: 100_000_000, hits: 5,
          severity: .major)
        var host = try LiveCollection(rules: [rule])
        var clients: [Connection] = []
        func use(_ count: Int) throws {
          while clients.count < count {
            clients.append(try Connection.established(listener, to: destination))
          }
          while clients.count > count {
            var client = clients.removeLast()
            client.closeServer()
            Settling.pause()
            client.closeClient()
          }
          Settling.pause()
        }
        // Sixteen of twenty are 80 %, which is not above it.
        try use(16)
        for _ in 0..<20 { _ = try host.step() }
        ExitTestReport.check(try host.events().isEmpty, "raised at the threshold")
        // Seventeen are: five checks, of which the first may have passed when they came.
        try use(17)
        var frames = 0
        while try host.events().isEmpty, frames < 40 {
          frames += 1
          let frame = try host.step()
          let isRaised = try !host.events().isEmpty
          ExitTestReport.check(frame.alarms.isEmpty != isRaised, "frame and events disagree")
        }
        ExitTestReport.check((8...14).contains(frames), "raised after \(frames) frames")
        // Fifteen are 75 %: below the threshold, and not yet clear.
        try use(15)
        for _ in 0..<20 { _ = try host.step() }
        ExitTestReport.check(try host.events().count == 1, "cleared above 72 %")
        try use(14)
        for _ in 0..<6 { _ = try host.step() }
        let kinds = try host.events().map(\.kind)
        ExitTestReport.check(kinds == [.alarmRaised, .alarmCleared], "\(kinds)")
        ExitTestReport.check(host.newest?.alarms == [], "still raised")
        withExtendedLifetime((listener, clients)) {}
      }
    }
  }
}
