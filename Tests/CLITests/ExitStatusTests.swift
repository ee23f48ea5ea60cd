import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// Statuses 0, 1 and 2 as contract.md has them, in namespaces made for it.
@Suite(.needsRoot) struct ExitStatusTests {
  @Test func `an idle namespace is well, whatever level is asked for`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let run = try ullage([])
        #expect(
          run.text.split(separator: "\n").first
            == "OK  nothing outbound; 28,232 ports of 32768–60999 are free")
        #expect(run.end == .status(0))
        for level in ["cliff", "warning", "critical", "exhausted"] {
          #expect(try ullage(["--fail-at", level]).end == .status(0))
        }
        #expect(try ullage(["--fail-at", "ok"]).end == .status(1))
      }
    }
  }

  @Test func `the verdict decides the status only where --fail-at is given`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        let listener = try TestSocket.listener(.loopback(5000))
        var clients: [TestSocket] = []
        func expect(_ level: String, after count: Int) throws {
          while clients.count < count {
            clients.append(try TestSocket.connected(to: .loopback(5000)))
          }
          let levels = ["ok", "cliff", "warning", "critical", "exhausted"]
          let run = try ullage([])
          #expect(run.end == .status(0))
          #expect(run.text.hasPrefix("\(level.uppercased())  "), "\(run.text)")
          let reached = try #require(levels.firstIndex(of: level))
          for (index, asked) in levels.enumerated() {
            let status = try ullage(["--fail-at", asked]).end
            #expect(status == .status(index <= reached ? 1 : 0), "\(level), asked for \(asked)")
          }
        }
        try expect("ok", after: 9)
        try expect("cliff", after: 10)
        try expect("warning", after: 16)
        try expect("critical", after: 19)
        try expect("exhausted", after: 20)
        withExtendedLifetime((listener, clients)) {}
      }
    }
  }

  @Test func `sockets found none is status 1`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        for form in [[], ["--csv"], ["--json"]] {
          let run = try ullage(["sockets"] + form)
          #expect(run.end == .status(1))
          #expect(run.message == "")
          #expect(!run.output.isEmpty)
        }
        let listener = try TestSocket.listener(.loopback(5000))
        #expect(try ullage(["sockets"]).end == .status(0))
        #expect(try ullage(["sockets", "--state", "listen"]).end == .status(0))
        #expect(try ullage(["sockets", "--state", "established"]).end == .status(1))
        #expect(try ullage(["sockets", "-6"]).end == .status(1))
        let cut = try ullage(["sockets", "--top", "0"])
        #expect(cut.end == .status(0))
        #expect(cut.message == "ullage: 1 more rows were left out (--top)\n")
        withExtendedLifetime(listener) {}
      }
    }
  }
}
