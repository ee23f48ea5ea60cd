import Frames
import FramesTestKit
import OutputTestKit
import Pools
import Testing

@testable import Rendering

/// Where nothing was counted nobody says that all is well.
@Suite struct NotCountedTests {
  private static let frame: Frame = {
    var frame = Scenario.filling(seconds: 1).frames[0]
    frame.flags.insert(.notCounted)
    frame.verdict = .ok
    return frame
  }()

  private static func history(_ frames: [Frame]) -> History {
    History(
      frames, events: [], writer: MemoryFrames(frames).writer, losses: FrameLosses(),
      from: Scenario.start, through: Scenario.start + 60_000_000_000,
      askedAt: Scenario.start + 60_000_000_000)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `a check does not know`() {
    let report = PluginReport.of(Self.frame, source: "1s old")
    #expect(report.status == .unknown)
    #expect(
      Self.text(report.bytes) == "ULLAGE UNKNOWN - sockets are not counted yet (1s old)\n")
  }

  @Test(arguments: [(0, PluginReport.Status.ok), (300_000, .ok), (300_001, .unknown)])
  func `a count of more than five minutes ago is not known`(
    _ milliseconds: Int, _ status: PluginReport.Status
  ) {
    var frame = Scenario.idle(seconds: 1).frames[0]
    frame.gauges[.countAge] = Gauge(milliseconds)
    #expect(PluginReport.of(frame, source: "1s old").status == status)
  }

  @Test func `neither a history nor the screen has a verdict`() throws {
    let history = Self.history([Self.frame])
    let plot = Self.text(HistoryPlot.text(history, style: Style()))
    #expect(plot.hasPrefix("NOT COUNTED YET  "))
    #expect(Self.text(HistoryTable.text(history, style: Style())).contains("not counted"))
    #expect(Self.text(HistorySVG.bytes(history)).contains("NOT COUNTED YET"))
    #expect(Self.text(HistoryListing.csv(history)).contains(",host,tcp,,,"))
    let document = HistoryDocument.json(history)
    #expect(Self.text(document).contains("\"verdict\":null"))
    let faults = try DocumentSchema("ullage.history-1").faults(document)
    #expect(faults == nil, "\(faults ?? "")")
    var data = LiveData(nowNanoseconds: Scenario.start)
    data.writer = history.writer
    (data.newest, data.current, data.frames) = (Self.frame, Self.frame, [Self.frame])
    var names = Names()
    let lines = LiveScreen.lines(
      LiveState(columns: 100, rows: 30), data, style: Style(), names: &names)
    #expect(lines[1].hasPrefix("NOT COUNTED YET  "), "\(lines[1])")
  }

  @Test func `what was counted later decides the verdict of the stretch`() {
    var counted = Scenario.filling(seconds: 2).frames[1]
    counted.verdict = .warning
    let plot = Self.text(HistoryPlot.text(Self.history([Self.frame, counted]), style: Style()))
    #expect(plot.hasPrefix("WARNING  "))
  }

  @Test(arguments: ClassicLog.Format.allCases)
  func `a log leaves the verdict empty`(_ format: ClassicLog.Format) throws {
    var frame = Scenario.filling(seconds: 1).frames[0]
    for index in frame.pools.indices { frame.pools[index].verdict = .cliff }
    var log = ClassicLog(format, host: "web-17")
    let writer = MemoryFrames([frame]).writer
    let told = log.lines(of: frame, writer: writer, askedAtNanoseconds: Scenario.start)
    #expect(Self.text(told).contains("cliff"))
    frame.flags.insert(.notCounted)
    let empty = log.lines(of: frame, writer: writer, askedAtNanoseconds: Scenario.start)
    #expect(!Self.text(empty).contains("cliff") && !empty.isEmpty)
    if format == .json {
      let faults = try DocumentSchema("ullage.log-1").faults(empty)
      #expect(faults == nil, "\(faults ?? "")")
    }
  }
}
