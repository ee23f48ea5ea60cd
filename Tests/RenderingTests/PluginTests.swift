import Frames
import FramesTestKit
import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// What a monitoring plugin says, and its thresholds.
@Suite struct PluginTests {
  private let golden = Golden(besides: #filePath)

  private static func frame(_ inUse: Int) -> Frame {
    var scenario = Scenario()
    scenario.append(inUse: inUse)
    return scenario.frames[0]
  }

  @Test(arguments: [
    (0, PluginReport.Status.ok), (14_117, .ok), (16_500, .warning), (20_000, .critical),
    (28_229, .critical),
  ]) func `the frame's verdict is the status`(_ inUse: Int, _ status: PluginReport.Status) throws {
    let report = PluginReport.of(Self.frame(inUse), source: "0.4s old")
    #expect(report.status == status)
    let difference = try golden.difference("check-\(inUse).txt", report.bytes)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `who holds most of a pool in trouble is named`() throws {
    let frame = try #require(Story.told(seconds: 236).frames.last)
    let report = PluginReport.of(frame, source: "0.4s old")
    let difference = try golden.difference("check-owned.txt", report.bytes)
    #expect(difference == nil, "\(difference ?? "")")
    let calm = try #require(Story.told(seconds: 60).frames.last)
    let text = String(decoding: PluginReport.of(calm, source: "now").bytes, as: UTF8.self)
    #expect(!text.contains("haproxy"), "\(text)")
  }

  @Test(arguments: [
    // text, values that alert, values that do not, as it is written
    ("80", [80.1, -1, 100], [0, 80], "80"), ("0.8", [80.1], [80, 0], "80"),
    ("10:", [9.9], [10, 1000], "10:"),
    ("~:80", [80.1], [-5, 80], "~:80"), ("10:20", [9, 21], [10, 15, 20], "10:20"),
    ("@10:20", [10, 15, 20], [9, 21], "@10:20"), ("@0.1:0.2", [15], [9, 21], "@10:20"),
    ("0.5%", [0.6], [0.5], "0.5"), ("1", [1.5], [1], "1"), ("1.0", [100.5], [100], "100"),
    ("0", [0.1], [0], "0"), ("@0:5", [0, 5], [6], "@5"),
  ]) func `a threshold is a range of the guidelines, or a ratio`(
    _ text: String, _ alerts: [Double], _ quiet: [Double], _ words: String
  ) throws {
    let range = try #require(PluginRange(text))
    for value in alerts { #expect(range.alerts(value), "\(value)") }
    for value in quiet { #expect(!range.alerts(value), "\(value)") }
    #expect(range.description == words)
  }

  @Test(arguments: [
    "", "@", "x", "80:70", "1e3", "-5", "+5", "80 ", "10:20:30", "~", "%", "..5", ".8", "8.", "nan",
    "inf",
  ]) func `anything else is no threshold`(_ text: String) { #expect(PluginRange(text) == nil) }

  @Test func `thresholds replace those on usage, but what is exhausted stays critical`() {
    func status(_ inUse: Int, _ warning: String?, _ critical: String?) -> PluginReport.Status {
      PluginReport.of(
        Self.frame(inUse), warning: warning.flatMap { PluginRange($0) },
        critical: critical.flatMap { PluginRange($0) }, source: "now"
      ).status
    }
    #expect(status(3000, "10", "50") == .warning)
    #expect(status(3000, "10", "0.4") == .warning)
    #expect(status(3000, nil, "10") == .critical)
    #expect(status(20_000, "99", "100") == .ok)
    #expect(status(28_229, "100", "100") == .critical)
    #expect(status(27_500, "99", nil) == .critical)
  }

  @Test func `a worse pool that is not listed counts`() {
    var frame = Self.frame(0)
    frame.verdict = .critical
    #expect(PluginReport.of(frame, source: "now").status == .critical)
  }

  @Test func `failed connects and forecasts count with thresholds too`() {
    var frame = Self.frame(1000)
    frame.pools[0].forecast.secondsToExhaustion = 200
    let range = PluginRange("99")
    func report() -> PluginReport { .of(frame, warning: range, critical: range, source: "now") }
    #expect(report().status == .warning)
    frame.pools[0].forecast.secondsToExhaustion = 30
    #expect(report().status == .critical)
    frame.pools[0].forecast.secondsToExhaustion = .nan
    #expect(report().status == .ok)
    frame.pools[0].failures = 1
    #expect(report().status == .critical)
  }

  @Test func `there is one line with one pipe, whatever names say`() {
    for message in ["a|b", "a\nb", "a\r\n|b\u{2028}\u{1b}[0m", "·"] {
      let report = PluginReport.unknown(message, details: [message])
      let text = String(decoding: report.bytes, as: UTF8.self)
      #expect(text.hasPrefix("ULLAGE UNKNOWN - "))
      #expect(!text.contains("|"))
      #expect(text.split(separator: "\n").count == 2)
      #expect(report.status.rawValue == 3)
      #expect(report.bytes.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    }
    let text = String(decoding: PluginReport.of(Self.frame(5), source: "|").bytes, as: UTF8.self)
    #expect(text.filter { $0 == "|" }.count == 1)
  }

  @Test func `what is unknown is U`() {
    var frame = Self.frame(5)
    frame.gauges = HostGauges()
    let text = String(decoding: PluginReport.of(frame, source: "now").bytes, as: UTF8.self)
    #expect(text.contains("range_usage=U;80;95;0;100"))
    #expect(text.contains("tcp_sockets=U;;;0;"))
  }
}
