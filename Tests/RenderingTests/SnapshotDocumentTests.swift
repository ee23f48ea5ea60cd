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

  @Test func `a pool says where it is going and what comes back`() {
    let text = String(decoding: SnapshotDocument.json(MadeUpHost.filling), as: UTF8.self)
    for part in [
      "\"arrivals_per_s\":683.3,\"releases_per_s\":455.5,\"sustainable_per_s\":398.7,"
        + "\"seconds_to_cliff\":null,\"seconds_to_exhaustion\":41.4,\"steady_usage\":null,"
        + "\"release\":[{\"in_s\":1.2,\"ports\":1310},{\"in_s\":3.248,\"ports\":1303},",
      "\"seconds_to_cliff\":130,\"seconds_to_exhaustion\":null,\"steady_usage\":0.1069,"
        + "\"release\":null",
      "\"steady_usage\":null,\"release\":[{\"in_s\":0.4,\"ports\":1}]",
    ] {
      #expect(text.contains(part), "\(part)")
    }
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
    ("three-namespaces", MadeUpHost.namespaces(counted: 1, uncounted: 1, refused: 1)),
  ]) func `the document is as it was`(_ name: String, _ snapshot: Snapshot) throws {
    let difference = try golden.difference("\(name).json", SnapshotDocument.json(snapshot))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `a redacted document has no address and no name but wildcards and loopback`() {
    for snapshot in [
      MadeUpHost.busy, MadeUpHost.longNames, MadeUpHost.twoNamespaces, MadeUpHost.twentyNamespaces,
    ] {
      let bytes = SnapshotDocument.json(snapshot, names: Names(redacted: true))
      let text = String(decoding: bytes, as: UTF8.self)
      for secret in [
        "10.0.0", "10.1", "2001", "fe80", "proxy", "web", "a-namespace", "shop-", "quiet-",
        "secret-",
      ] {
        #expect(!text.contains(secret), "\(secret)")
      }
      let hasWildcard = snapshot.namespaces.contains { $0.pools.contains { $0.key == .bind(.any) } }
      #expect(text.contains("\"source\":\"*\"") == hasWildcard)
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
