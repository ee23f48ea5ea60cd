import FrameRing
import Frames
import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// Whether a collector counts owners, as it is told to: option before environment before file.
@Suite(.needsRoot) struct OwnerSettingTests {
  @Test(arguments: [
    ([], [:], true),
    (["--no-owners"], [:], false),
    ([], ["ULLAGE_OWNERS": "false"], false),
    (["--config", "owners.json5"], [:], false),
    (["--owners", "--config", "owners.json5"], [:], true),
    (["--owners"], ["ULLAGE_OWNERS": "false"], true),
    (["--config", "owners.json5"], ["ULLAGE_OWNERS": "true"], true),
  ])
  func `owners are counted unless somebody says that they are not`(
    _ arguments: [String], _ environment: [String: String], _ areCounted: Bool
  ) throws {
    try withFolder { directory in
      try WrittenFile.replace(
        "\(directory)/owners.json5", with: Array("{ owners: false }".utf8))
      var program = Program.built(
        "ullage",
        ["collect", "--netns", "own", "--interval", "0.05", "--ring", directory]
          + arguments.map { $0 == "owners.json5" ? "\(directory)/\($0)" : $0 })
      program.environment.merge(environment) { $1 }
      // Somebody who holds a port, whatever else this host does.
      let listener = try TestSocket.listener(.loopback(0))
      let collector = try program.start()
      let frame = counted("\(directory)/host.ring")
      collector.send(SIGTERM)
      let run = try collector.wait()
      #expect(run.end == .status(0), "\(run.message)")
      #expect(frame?.flags.contains(.ownersUnavailable) == !areCounted, "\(run.message)")
      #expect(frame?.owners.isEmpty == !areCounted)
      if !areCounted { #expect(frame?.pools.allSatisfy { $0.owners.isEmpty } == true) }
      withExtendedLifetime(listener) {}
    }
  }

  @Test func `a word that is no truth value is refused with its source`() throws {
    var program = Program.built("ullage", ["collect", "--netns", "own"])
    program.environment["ULLAGE_OWNERS"] = "perhaps"
    let run = try program.run()
    #expect(run.end == .status(2), "\(run.message)")
    #expect(run.message.contains("ULLAGE_OWNERS") && run.message.contains("perhaps"))
  }

  /// The first frame in which sockets were counted; nil after ten seconds without.
  private func counted(_ path: String) -> Frame? {
    for _ in 0..<500 {
      if let frame = try? FrameRingReader(path: path).newest(), !frame.flags.contains(.notCounted) {
        return frame
      }
      Settling.pause(milliseconds: 20)
    }
    return nil
  }
}
