import Console
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Rendering
import Testing

@testable import ullage

/// `ullage check`: where its frame is from, and that every error ends with 3.
@Suite struct CheckTests {
  private static let now = Scenario.start + 30_000_000_000

  private static func report(
    _ source: MemoryFrames?, sample: Frame? = nil, at now: UInt64 = now
  ) -> PluginReport {
    CheckRun.report(
      CheckRequest(top: 1), ring: { () throws(Failure) in source },
      sample: { () throws(Failure) in
        guard let sample else { throw Failure("no sample can be taken") }
        return sample
      }, now: now)
  }

  private static func text(_ report: PluginReport) -> String {
    String(decoding: report.bytes, as: UTF8.self)
  }

  @Test func `a fresh ring is read, else a sample is taken`() {
    let ring = MemoryFrames(Scenario.filling(seconds: 30).frames)
    let idle = Scenario.idle(seconds: 1).frames[0]
    #expect(Self.report(ring, sample: idle).status == .critical)
    #expect(Self.text(Self.report(ring)).contains("(1s old) | "))
    #expect(Self.report(nil, sample: idle).status == .ok)
    #expect(Self.text(Self.report(nil, sample: idle)).contains("(counted now) | "))
    let later = Self.now + 60_000_000_000
    #expect(Self.report(ring, sample: idle, at: later).status == .ok)
  }

  @Test func `connects that failed in another namespace are none of the check's`() {
    func text(total: UInt64, attributed: UInt64, elsewhere: UInt64) -> String {
      var frame = Scenario.idle(seconds: 1).frames[0]
      frame.counters[.connectFailures] = total
      frame.counters[.connectFailuresAttributed] = attributed
      frame.counters[.connectFailuresElsewhere] = elsewhere
      return Self.text(Self.report(nil, sample: frame))
    }
    let others = text(total: 3, attributed: 3, elsewhere: 3)
    #expect(!others.contains("failed (") && others.contains("failed_connects=0;"))
    #expect(text(total: 4, attributed: 4, elsewhere: 3).contains(", 1 connect failed ("))
    #expect(
      text(total: 5, attributed: 3, elsewhere: 3).contains(", 2 connects failed on this host ("))
  }

  @Test func `a stale or empty ring is unknown, unless a sample can be taken`() {
    let ring = MemoryFrames(Scenario.filling(seconds: 30).frames)
    let stale = Self.report(ring, at: Self.now + 60_000_000_000)
    #expect(stale.status == .unknown)
    #expect(
      Self.text(stale)
        == "ULLAGE UNKNOWN - the collector's newest frame is 61s old: nobody writes any more\n"
        + "no sample can be taken\n")
    var closed = ring
    closed.writer.isClosed = true
    #expect(Self.report(closed).status == .unknown)
    var archive = ring
    archive.writer.isArchive = true
    #expect(Self.report(archive, at: Self.now * 2).status == .critical)
    #expect(Self.report(MemoryFrames([])).status == .unknown)
    #expect(Self.report(nil).status == .unknown)
  }

  @Test(arguments: [
    "--bogus", "bogus", "-w", "--warning", "-w x", "-w 80:70", "-w -5", "-c 1e3", "-c @", "--top x",
    "--top -1", "--top 1001", "--json", "--ring", "--ring=", "--ring /nonexistent", "-w 80 -c",
    "--warning=80 extra", "--netns web", "-x", "-- x", "--color never", "-",
    "--ring /", "check", "-V x",
  ]) func `any error ends with 3 and a line on standard output`(_ line: String) throws {
    let run = try ullage(["check"] + line.split(separator: " ").map(String.init))
    #expect(run.end == .status(3), "\(run.message)")
    #expect(run.text.hasPrefix("ULLAGE UNKNOWN - "), "\(run.text)")
    #expect(!run.text.contains("|"))
  }

  @Test(arguments: [["--help"], ["-h"], ["--version"], ["-V"], ["--help", "--bogus"]])
  func `help and version end with 3, as the guidelines have it`(_ arguments: [String]) throws {
    let run = try ullage(["check"] + arguments)
    #expect(run.end == .status(3))
    #expect(run.message.isEmpty)
    #expect(
      run.text.hasPrefix(arguments[0].lowercased().contains("v") ? "ullage check " : "OVERVIEW"))
  }

  @Test(arguments: [[], ["--help"], ["--version"], ["--bogus"], ["-V"]])
  func `output that cannot be written ends with 3`(_ arguments: [String]) throws {
    for output in [Program.Output.file("/dev/full"), .closed, .brokenPipe] {
      let run = try ullage(["check"] + arguments, output: output)
      #expect(run.end == .status(3), "\(output)")
    }
  }
}
