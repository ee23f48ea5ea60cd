import Alarms
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Rendering
import Testing

/// The document ullage.alarms/1 and the pages of alarms.
@Suite struct AlarmDocumentTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.alarms-1")

  private static func documents(isRedacted: Bool) -> [[UInt8]] {
    var names = Names(redacted: isRedacted)
    let (events, frame) = MadeUpAlarms.happened
    var documents = events.compactMap { event in
      AlarmDocument.json(
        event, MadeUpAlarms.context(event.alarm?.rule ?? "", frame), names: &names)
    }
    for alarm in frame.alarms + MadeUpAlarms.others {
      documents.append(
        AlarmDocument.json(
          alarm, atNanoseconds: frame.takenAtNanoseconds,
          MadeUpAlarms.context(alarm.rule, alarm.rule == "udp" ? nil : frame), names: &names))
    }
    return documents
  }

  @Test func `every document keeps the schema, redacted or not, and is one line`() throws {
    let documents = Self.documents(isRedacted: false) + Self.documents(isRedacted: true)
    for bytes in documents {
      #expect(bytes.firstIndex(of: UInt8(ascii: "\n")) == bytes.count - 1)
    }
    let faults = try schema.faults(Array(documents.joined()))
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `the documents are as they were`() throws {
    let (events, frame) = MadeUpAlarms.happened
    let first = try #require(events.first { $0.alarm?.rule == "pool" })
    var names = Names()
    let document = try #require(
      AlarmDocument.json(first, MadeUpAlarms.context("pool", frame), names: &names))
    let difference =
      try golden.difference("alarm.json", document)
      ?? golden.difference("alarms.jsonl", Array(Self.documents(isRedacted: false).joined()))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `an event that is not of an alarm has no document and no line`() {
    var names = Names()
    let event = Event(
      .mark, boot: BootID(high: 2, low: 1), atNanoseconds: 0, monotonicNanoseconds: 0, tick: 0,
      text: "here")
    let context = MadeUpAlarms.context("pool", nil)
    #expect(AlarmDocument.json(event, context, names: &names) == nil)
    #expect(AlarmPage.line(event, context, style: Style(), names: &names) == [])
  }

  @Test(arguments: [("alarms-80.txt", Style()), ("alarms-80-ascii.txt", Style(isUnicode: false))])
  func `the page is as it was`(_ name: String, _ style: Style) throws {
    let page = Self.page(style, isRedacted: false)
    let difference = try golden.difference(name, page)
    #expect(difference == nil, "\(difference ?? "")")
    if !style.isUnicode { #expect(page.allSatisfy { $0 < 0x7f }) }
  }

  private static func page(_ style: Style, isRedacted: Bool) -> [UInt8] {
    var names = Names(redacted: isRedacted)
    var (events, frame) = MadeUpAlarms.happened
    frame.alarms += MadeUpAlarms.others
    var page = AlarmPage.current(
      frame, rules: MadeUpAlarms.rules, host: "proxy-17", namespace: "host", style: style,
      names: &names)
    for event in events {
      page += AlarmPage.line(
        event, MadeUpAlarms.context(event.alarm?.rule ?? "", frame), style: style, names: &names)
    }
    return page
  }

  @Test func `nothing raised, and nothing known, are told apart`() {
    var names = Names()
    let pages = [Scenario.idle(seconds: 1).frames[0], nil].map { frame in
      String(
        decoding: AlarmPage.current(
          frame, rules: [], host: "web-17", namespace: "host", style: Style(), names: &names),
        as: UTF8.self)
    }
    #expect(
      pages == [
        "no alarm is raised\nweb-17 · host namespace · 02:42:13 UTC\n",
        "no sample was taken yet\nweb-17 · host namespace\n",
      ])
  }

  @Test func `what is redacted names no address, host or owner`() {
    let texts = [
      String(decoding: Self.documents(isRedacted: true).joined(), as: UTF8.self),
      String(decoding: Self.page(Style(), isRedacted: true), as: UTF8.self),
    ]
    for text in texts {
      for secret in ["10.0.0", "10.1", "proxy-17", "nginx"] { #expect(!text.contains(secret)) }
      #expect(text.contains("ipv4-1"))
    }
  }

  @Test func `a rule's name cannot steer the terminal`() {
    var names = Names()
    var frame = MadeUpAlarms.happened.frame
    frame.alarms = [MadeUpAlarms.record("\u{1b}[2J\n", .host)]
    let page = AlarmPage.current(
      frame, rules: [], host: "\u{1b}c", namespace: "\u{7}", style: Style(), names: &names)
    #expect(page.allSatisfy { $0 == 0x0a || $0 >= 0x20 && $0 != 0x7f })
  }
}
