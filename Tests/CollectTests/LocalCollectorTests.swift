import ArgumentParser
import Collector
import Console
import FrameRing
import Frames
import Inet
import Kernel
import KernelTestKit
import Ring
import Testing

@testable import ullage

/// A collector inside a command, and which frames a command opens.
@Suite struct LocalCollectorTests {
  @Test func `a collector of our own has a frame when it is made, and ends with its owner`() throws
  {
    let reader: FrameRingReader
    do {
      var options = CollectorOptions()
      options.intervalNanoseconds = 20_000_000
      let collector = try LocalCollector(options, identity: try NamespaceIdentity.current())
      reader = try FrameRingReader(path: collector.path)
      let first = try #require(try reader.newest())
      #expect(first.range.low > 0)
      for _ in 0..<250 where try reader.newest()?.tick ?? 0 < first.tick + 3 {
        Settling.pause(milliseconds: 20)
      }
      #expect(try reader.newest()?.tick ?? 0 >= first.tick + 3)
      withExtendedLifetime(collector) {}
    }
    let last = try reader.newest()?.tick
    Settling.pause(milliseconds: 100)
    #expect(try reader.newest()?.tick == last)
  }

  @Test func `a ring that is named is opened, or the reason told`() throws {
    try TestDirectory.with { directory in
      let path = "\(directory)/a.ring"
      let option = try RingOption.parse(["--ring", path])
      #expect(throws: Console::Failure.self) { try FrameOrigin.ring(option) }
      let boot = try BootID.current()
      let writer = try FrameRingWriter(
        RingWriter(
          path: path, geometry: FrameRingShape().geometry,
          identity: .own(try NamespaceIdentity.current(), boot: boot, interval: 1)))
      try writer.close()
      // A file that is named is read, however old it is.
      let frames = try FrameOrigin.ringOrCollector(option, intervalNanoseconds: 1_000_000_000)
      #expect(!frames.isLocal && frames.path == path)
    }
  }
}
