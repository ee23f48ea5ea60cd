import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// The document ullage.snapshot/1 against its schema and golden files.
@Suite struct SnapshotDocumentTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.snapshot-1")

  @Test func `every document keeps the schema, redacted or not`() throws {
    var lines: [UInt8] = []
    for snapshot in MadeUpHost.all {
      for isRedacted in [false, true] {
        lines += SnapshotDocument.json(snapshot, names: Names(redacted: isRedacted))
      }
    }
    let faults = try schema.faults(lines)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `a document is one line`() {
    for snapshot in MadeUpHost.all {
      let bytes = SnapshotDocument.json(snapshot)
      #expect(bytes.firstIndex(of: UInt8(ascii: "\n")) == bytes.count - 1)
    }
  }

  @Test(arguments: [
    ("busy", MadeUpHost.busy), ("remembered", MadeUpHost.remembered),
    ("exhausted", MadeUpHost.exhausted),
    ("probed", MadeUpHost.probed),
    ("little-known", MadeUpHost.littleKnown), ("hostile", MadeUpHost.hostile),
  ]) func `the document is as it was`(_ name: String, _ snapshot: Snapshot) throws {
    let difference = try golden.difference("\(name).json", SnapshotDocument.json(snapshot))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `a redacted document has no address and no name but wildcards and loopback`() {
    for snapshot in [MadeUpHost.busy, MadeUpHost.longNames, MadeUpHost.twoNamespaces] {
      let bytes = SnapshotDocument.json(snapshot, names: Names(redacted: true))
      let text = String(decoding: bytes, as: UTF8.self)
      for secret in ["10.0.0", "10.1", "2001", "fe80", "proxy", "web", "a-namespace"] {
        #expect(!text.contains(secret), "\(secret)")
      }
      #expect(text.contains("\"source\":\"*\"") == (snapshot.namespaces.count == 1))
    }
  }

  @Test(arguments: [
    ("\"usage\":0.", "\"usage\":1.", "a ratio above one"),
    ("\"headroom_lower\"", "\"headroom_least\"", "a key renamed"),
    ("\"verdict\":\"warning\"", "\"verdict\":\"bad\"", "a word that is none"),
    ("\"in_use\":23140", "\"in_use\":\"23140\"", "a number as a string"),
    ("\"cookie\":1", "\"cookie\":null", "a null without its flag"),
    ("\"syn_recv\":0,", "", "a state left out"),
    ("\"method\":\"dump\"", "\"method\":\"dump\",\"method\":\"dump\"", "a key twice"),
    (",\"failures\":{\"connect_attributed\":null}", "", "an object left out"),
    ("T02:47:13.000000042Z", " 02:47:13", "another form of time"),
    ("\"destination\":\"10.1.2.3\",", "", "half a key"),
  ]) func `the schema refuses`(_ before: String, _ after: String, _ what: String) throws {
    let document = String(decoding: SnapshotDocument.json(MadeUpHost.busy), as: UTF8.self)
    let place = try #require(document.firstRange(of: before), "\(what)")
    let spoilt = document.replacingCharacters(in: place, with: after)
    #expect(try schema.faults(Array(spoilt.utf8)) != nil, "\(what)")
  }
}

extension String {
  fileprivate func firstRange(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }

  fileprivate func replacingCharacters(
    in range: Range<String.Index>, with text: String
  ) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
