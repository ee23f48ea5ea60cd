import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// Who holds the pools of a snapshot.
@Suite struct SnapshotOwnersTests {
  private let golden = Golden(besides: #filePath)

  @Test func `the page says who holds a pool, below it`() throws {
    for (name, style, isRedacted) in [
      ("owned-80", Style(), false), ("owned-140", Style(columns: 140), false),
      ("owned-80-ascii", Style(isUnicode: false), false), ("owned-80-redacted", Style(), true),
    ] {
      let page = SnapshotPage.text(
        MadeUpHost.owned, style: style, names: Names(redacted: isRedacted))
      let difference = try golden.difference("\(name).txt", page)
      #expect(difference == nil, "\(difference ?? "")")
      #expect(!page.contains(0x1b))
    }
  }

  @Test func `the document has the owners, and keeps its schema`() throws {
    let document = SnapshotDocument.json(MadeUpHost.owned)
    let redacted = SnapshotDocument.json(MadeUpHost.owned, names: Names(redacted: true))
    let faults = try DocumentSchema("ullage.snapshot-1").faults(document + redacted)
    #expect(faults == nil, "\(faults ?? "")")
    let text = String(decoding: document, as: UTF8.self)
    #expect(
      text.contains(
        #"{"kind":"cgroup","id":4711,"name":"haproxy.service","ports":20102,"time_wait":17890,"#
          + #""inferred":true,"inferred_ports":16000,"ports_low":20102,"ports_high":20102}"#))
    #expect(text.contains(#""name":"haproxy (812)","ports":13000,"time_wait":0,"inferred":false,"#))
    #expect(text.contains(#""ports_low":11900,"ports_high":14050}"#))
    #expect(text.contains(#""owners":{"cgroup":4,"process":2,"process_bound":"lower","user":1}"#))
    #expect(!String(decoding: redacted, as: UTF8.self).contains("haproxy"))
  }
}
