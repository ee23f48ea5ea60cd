import Frames
import FramesTestKit
import OutputTestKit
import Rendering
import Testing

/// The rings that there are, as a page and as the document ullage.rings/1.
@Suite struct RingListTests {
  private let golden = Golden(besides: #filePath)

  private static var rings: [RingSummary] {
    var data = MadeUpScreen(seconds: 235, 80, 24).data
    MadeUpScreen.addRings(&data)
    return data.rings
  }

  @Test func `pages and documents are as they were`() throws {
    var documents: [UInt8] = []
    for isRedacted in [false, true] {
      let names = Names(redacted: isRedacted)
      let document = RingListDocument.json(
        Self.rings, host: "web-17", atNanoseconds: MadeUpHost.moment, names: names)
      documents += document
      let prefix = isRedacted ? "redacted-" : ""
      let difference = try golden.difference("\(prefix)rings.json", document)
      #expect(difference == nil, "\(difference ?? "")")
      for columns in [80, 140] {
        let page = RingListPage.text(Self.rings, style: Style(columns: columns), names: names)
        let difference = try golden.difference("\(prefix)rings-\(columns).txt", page)
        #expect(difference == nil, "\(difference ?? "")")
        for line in String(decoding: page, as: UTF8.self).split(separator: "\n") {
          #expect(line.count <= columns)
          if isRedacted { #expect(!line.contains("docker") && !line.contains("10.1")) }
        }
      }
    }
    let faults = try DocumentSchema("ullage.rings-1").faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    var hostile = Self.rings
    hostile[0].path = "/tmp/\u{1B}[2J\u{202E}x.ring"
    let wide = String(
      decoding: RingListPage.text(hostile, style: Style(columns: 140)), as: UTF8.self)
    #expect(wide.contains("/tmp/?[2J?x.ring"))
    let ascii = RingListPage.text(Self.rings, style: Style(isUnicode: false))
    #expect(ascii.allSatisfy { $0 < 0x80 })
  }
}
