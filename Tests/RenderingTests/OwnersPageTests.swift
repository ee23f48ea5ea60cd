import OutputTestKit
import Owners
import Rendering
import Testing

/// Owners as a page and as the document ullage.owners/1.
@Suite struct OwnersPageTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.owners-1")

  private static func page(
    _ ranking: OwnerRanking, _ style: Style = Style(), most: Int = .max, redacted: Bool = false
  ) -> [UInt8] {
    OwnersPage.text(
      ranking, host: "proxy-17", namespace: "host", style: style, mostOwners: most,
      names: Names(redacted: redacted))
  }

  private static func document(
    _ ranking: OwnerRanking, most: Int = .max, redacted: Bool = false
  ) -> [UInt8] {
    OwnersDocument.json(
      ranking, host: "proxy-17", namespace: "host", mostOwners: most,
      names: Names(redacted: redacted))
  }

  @Test(arguments: MadeUpOwners.all.map(\.name)) func `the page is as it was`(
    _ name: String
  ) throws {
    let ranking = try #require(MadeUpOwners.all.first { $0.name == name }).ranking
    for (style, suffix) in [
      (Style(), "80"), (Style(columns: 140), "140"), (Style(isUnicode: false), "ascii"),
    ] {
      let difference = try golden.difference(
        "owners-\(name)-\(suffix).txt", Self.page(ranking, style))
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test(arguments: MadeUpOwners.all.map(\.name)) func `the document is as it was`(
    _ name: String
  ) throws {
    let ranking = try #require(MadeUpOwners.all.first { $0.name == name }).ranking
    let difference = try golden.difference("owners-\(name).json", Self.document(ranking))
    #expect(difference == nil, "\(difference ?? "")")
    let redacted = try golden.difference(
      "redacted-owners-\(name).json", Self.document(ranking, redacted: true))
    #expect(redacted == nil, "\(redacted ?? "")")
  }

  @Test func `every document keeps the schema`() throws {
    var lines: [UInt8] = []
    for (_, ranking) in MadeUpOwners.all {
      for most in [0, 1, .max] {
        for isRedacted in [false, true] {
          lines += Self.document(ranking, most: most, redacted: isRedacted)
        }
      }
    }
    let faults = try schema.faults(lines)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `no line is wider than the page, and no name steers the terminal`() {
    for (_, ranking) in MadeUpOwners.all {
      for columns in [60, 80, 100, 160] {
        for isRedacted in [false, true] {
          let bytes = Self.page(ranking, Style(columns: columns), redacted: isRedacted)
          let text = String(decoding: bytes, as: UTF8.self)
          #expect(!bytes.contains(0x1b))
          for line in text.split(separator: "\n") {
            #expect(line.count <= columns, "\(columns): \(line)")
            #expect(line.last != " ")
          }
        }
      }
      #expect(Self.page(ranking, Style(isUnicode: false)).allSatisfy { $0 < 0x80 })
    }
  }

  @Test func `redacted output has no name of anybody`() {
    for (_, ranking) in MadeUpOwners.all {
      let bytes =
        Self.document(ranking, redacted: true) + Self.page(ranking, redacted: true)
      let text = String(decoding: bytes, as: UTF8.self)
      for word in [
        "haproxy", "0a1b2c3d", "3f9a1c0de4b5", "nginx", "www-data", "proxy-17", "10.1.2",
      ] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  @Test func `what is left out is counted`() {
    let text = String(decoding: Self.page(MadeUpOwners.cgroups, most: 2), as: UTF8.self)
    #expect(text.contains("… 3 more owners, none with more than 3 ports"))
    let document = String(decoding: Self.document(MadeUpOwners.cgroups, most: 2), as: UTF8.self)
    #expect(document.contains("\"other\":{\"owners\":3,\"ports_max\":3}"))
  }
}
