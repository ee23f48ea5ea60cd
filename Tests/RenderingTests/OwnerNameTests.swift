import Alarms
import Frames
import FramesTestKit
import Inet
import Pools
import Testing

@testable import Rendering

/// Names of owners are anybody's: a unit, a container and a cgroup are called as their makers like.
@Suite struct OwnerNameTests {
  /// What would steer a terminal, end a line or a field, or be markup.
  private static let hostile =
    "\u{1b}[2J\u{1b}]0;x\u{7}\r\n\t<script>alert(1)</script>\"',|\u{9b}31m\u{202e}\u{2028}]]>é"

  /// Until the pool is nearly full, and an alarm is raised.
  private static let frames = Array(Story.told(seconds: 235).frames.suffix(30))

  private static func frames(owner: String) -> [Frame] {
    frames.map { frame in
      var frame = frame
      for index in frame.owners.indices { frame.owners[index].name = owner }
      for index in frame.pools.indices where frame.pools[index].owners.isEmpty {
        frame.pools[index].owners = [
          OwnerShare(owner: 0, ports: 7, timeWait: 3, isInferred: true)
        ]
      }
      return frame
    }
  }

  private static func snapshot(owner: String) -> Snapshot {
    var snapshot = MadeUpHost.owned
    for place in snapshot.namespaces.indices {
      for index in snapshot.namespaces[place].pools.indices {
        for owned in (snapshot.namespaces[place].pools[index].owners ?? []).indices {
          snapshot.namespaces[place].pools[index].owners?[owned].name = owner
        }
      }
    }
    return snapshot
  }

  /// Everything that names owners: of frames, with the alarms that they raise, and of a snapshot.
  private static func outputs(owner: String, _ names: Names) throws -> [(what: String, [UInt8])] {
    let frames = frames(owner: owner)
    let frame = try #require(frames.last)
    var engine = AlarmEngine()
    let alarms = frames.flatMap { engine.feed($0).events }
    #expect(alarms.contains { $0.text.contains("Most ports") })
    let history = MadeUpHistory.history(frames, events: alarms)
    var outputs = snapshotOutputs(owner: owner, names)
    for isUnicode in [true, false] {
      let style = Style(columns: 100, isUnicode: isUnicode)
      outputs += [
        ("plot", HistoryPlot.text(history, style: style, names: names)),
        ("table", HistoryTable.text(history, style: style, names: names)),
      ]
    }
    outputs += [
      ("picture", HistorySVG.bytes(history, names: names)),
      ("history", HistoryDocument.json(history, names: names)),
      ("history as CSV", HistoryListing.csv(history, names: names)),
      ("check", PluginReport.of(frame, source: "now", names: names).bytes),
    ]
    for format in [ClassicLog.Format.table, .csv, .json] {
      var log = ClassicLog(format, host: "h", names: names)
      let writer = MemoryFrames([frame]).writer
      outputs.append(
        ("log", log.lines(of: frame, writer: writer, askedAtNanoseconds: frame.takenAtNanoseconds)))
    }
    for tab in 1...5 {
      for keys in [[], [Key.enter]] {
        var screen = MadeUpScreen(
          seconds: 240, 200, 60, keys: .typed("\(tab)") + keys)
        screen.names = names
        screen.change = { data in
          data.current = frame
          data.newest = frame
          data.frames = frames
          data.events = alarms
        }
        outputs.append(("live", Array(screen.lines.joined(separator: "\n").utf8)))
      }
    }
    return outputs + alarmOutputs(alarms, frame, names)
  }

  private static func alarmOutputs(
    _ events: [Event], _ frame: Frame, _ names: Names
  ) -> [(what: String, [UInt8])] {
    var names = names
    return events.flatMap { event in
      let context = AlarmContext(
        host: "h", namespace: "n",
        rule: AlarmRule.builtIn.first { $0.name == event.alarm?.rule }, frame: frame)
      return [
        ("alarm", AlarmPage.line(event, context, style: Style(), names: &names)),
        ("alarm as JSON", AlarmDocument.json(event, context, names: &names) ?? []),
      ]
    }
  }

  private static func snapshotOutputs(
    owner: String, _ names: Names
  ) -> [(what: String, [UInt8])] {
    var snapshot = snapshot(owner: owner)
    let diagnosis = Diagnosis(MadeUpDiagnosis.made(snapshot))
    snapshot.findings = diagnosis.findings
    return [
      ("page", SnapshotPage.text(snapshot, style: Style(), names: names)),
      ("page in ASCII", SnapshotPage.text(snapshot, style: Style(isUnicode: false), names: names)),
      ("snapshot", SnapshotDocument.json(snapshot, names: names)),
      ("explain", ExplainPage.text(snapshot, diagnosis, style: Style(), names: names)),
      ("explain as JSON", ExplainDocument.json(snapshot, diagnosis, names: names)),
    ]
  }

  @Test func `a name steers no terminal, ends no line, and is no markup`() throws {
    let plain = try Self.outputs(owner: "harmless", Names())
    let hostile = try Self.outputs(owner: Self.hostile, Names())
    #expect(plain.map(\.what) == hostile.map(\.what))
    for ((what, calm), (_, bytes)) in zip(plain, hostile) {
      let text = String(decoding: bytes, as: UTF8.self)
      let steering = text.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
      }
      #expect(steering.isEmpty, "\(what): \(text.debugDescription.prefix(2000))")
      // A document is a line whatever it names; pages wrap.
      let isDocument = bytes.first == UInt8(ascii: "{") || what.hasSuffix("CSV")
      if isDocument {
        #expect(bytes.count { $0 == 0x0a } == calm.count { $0 == 0x0a }, "\(what)")
      }
      if what == "picture" { #expect(!text.contains("<script"), "\(what)") }
    }
  }

  @Test func `a redacted name is nowhere, and the same one everywhere`() throws {
    for (what, bytes) in try Self.outputs(owner: "secret-unit", Names(redacted: true)) {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"), "\(what)")
    }
    // It is there where it is not redacted, so that this says something.
    let said = try Self.outputs(owner: "secret-unit", Names()).filter { _, bytes in
      String(decoding: bytes, as: UTF8.self).contains("secret-unit")
    }.map(\.what)
    for what in [
      "plot", "picture", "history", "check", "log", "live", "alarm", "alarm as JSON", "page",
      "snapshot", "explain", "explain as JSON",
    ] {
      #expect(said.contains(what), "\(what)")
    }
  }
}
