import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// What `ullage doctor` says of a collector that runs, ran, or never did.
@Suite(.needsRoot) struct DoctorCollectorTests {
  @Test func `a ring is absent, then written, then one that has ended`() async {
    await #expect(processExitsWith: .success) {
      // In a namespace of its own, so that no collector of this host is taken for it.
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        try withFolder { directory in
          func page() throws -> String {
            var program = Program.built("ullage", ["doctor"])
            program.environment["XDG_RUNTIME_DIR"] = directory
            program.environment["COLUMNS"] = "200"
            return try program.run().text
          }
          func line(_ page: String) -> Substring {
            page.split(separator: "\n").first { $0.contains("a collector's ring") } ?? ""
          }
          let before = try page()
          #expect(line(before).hasPrefix("no "), "\(before)")
          #expect(before.contains("40000–40019, 0 ports reserved"), "\(before)")

          let collector = try Program.built(
            "ullage", ["collect", "--netns", "own", "--ring", "\(directory)/ullage"]
          ).start()
          var during = ""
          for _ in 0..<200 where !line(during).hasPrefix("yes") {
            Settling.pause(milliseconds: 50)
            during = try page()
          }
          #expect(line(during).hasPrefix("yes "), "\(during)")
          #expect(line(during).contains("pid \(collector.processID) writes it"))

          collector.send(SIGTERM)
          #expect(try collector.wait().end == .status(0))
          let after = try page()
          #expect(line(after).hasPrefix("partly "), "\(after)")
          #expect(line(after).contains("(pid \(collector.processID)) has ended"))
        }
      }
    }
  }
}
