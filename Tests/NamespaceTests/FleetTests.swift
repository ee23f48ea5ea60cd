import FrameRing
import Frames
import Glibc
import HostFacts
import Kernel
import KernelTestKit
import OutputTestKit
import Pools
import Testing

/// `ullage collect --netns all` as a process, over namespaces that come, fill and go.
@Suite(.needsRoot) struct FleetTests {
  @Test func `a namespace that fills is collected under its name, and let go when it is removed`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let directory = "/tmp/ullage-fleet-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try Directory.make(directory)
        defer { _ = try? Program("/usr/bin/env", ["rm", "-r", directory]).run() }
        let made = try MadeNamespace(), quiet = try MadeNamespace()
        try made.inside { try $0.write("40000 40099", to: "ipv4/ip_local_port_range") }
        try ip("link", "add", "canary", "type", "veth", "peer", "name", "x", "netns", made.name)
        let collector = try Program.built(
          "ullage", ["collect", "--netns", "all", "--ring", directory, "--interval", "0.1"]
        ).start()

        var sockets = try made.connect(40)
        let cookie = try made.inside { _ in NetworkNamespace.currentCookie() } ?? 0
        let path = "\(directory)/ns-\(cookie).ring"
        let isCounted = Settling.wait {
          guard let frame = try? FrameRingReader(path: path).newest() else { return false }
          return frame.pools.contains { $0.key.kind == .connect && $0.inUse.last == 40 }
        }
        ExitTestReport.check(isCounted, "no frame of \(made.name) has its 40 ports")
        let history = try Program.built(
          "ullage", ["history", "--json", "--ring", directory, "--netns", made.name]
        ).run()
        ExitTestReport.check(
          history.end == .status(0) && history.text.contains("\"namespace\":\"\(made.name)\""),
          "\(history.message) \(history.text.prefix(300))")
        let rings = try Directory.names(in: directory)
        let other = try quiet.inside { _ in NetworkNamespace.currentCookie() } ?? 0
        ExitTestReport.check(
          !rings.contains("ns-\(other).ring"), "a quiet namespace has a ring: \(rings)")

        // Only the collector's thread is in it then.
        sockets.removeAll()
        try made.remove()
        let isGone = Settling.wait {
          let text = (try? KernelFile.read("/proc/thread-self/net/dev")) ?? []
          return !String(decoding: text, as: UTF8.self).contains("canary:")
        }
        ExitTestReport.check(isGone, "the collector keeps a namespace that was removed")
        let end = try FrameRingReader(path: path)
        ExitTestReport.check(end.writer.isClosed, "the ring of what has gone is not closed")
        collector.send(SIGTERM)
        let run = try collector.wait()
        ExitTestReport.check(run.end == .status(0), "\(run.message)")
        ExitTestReport.check(
          run.message.contains("the \(made.name) namespace is collected no more: it has gone"),
          "\(run.message)")
      }
    }
  }

  @Test func `what is no ring of ours is not removed`()
    throws
  {
    let directory = "/tmp/ullage-sweep-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try Directory.make(directory)
    defer { _ = try? Program("/usr/bin/env", ["rm", "-r", directory]).run() }
    for name in ["ns-1.ring", "notes.txt"] { try TestFile.write([1], to: "\(directory)/\(name)") }
    let collector = try Program.built(
      "ullage", ["collect", "--netns", "all", "--ring", directory, "--interval", "0.1"]
    ).start()
    #expect(Settling.wait { File.exists("\(directory)/host.ring") })
    Settling.pause(milliseconds: 300)
    collector.send(SIGTERM)
    #expect(try collector.wait().end == .status(0))
    // What is no ring is nobody's to remove.
    for name in ["ns-1.ring", "notes.txt", "host.ring"] {
      #expect(File.exists("\(directory)/\(name)"))
    }
  }
}
