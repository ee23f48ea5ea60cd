import Inet
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

  @Test func `what was divided is marked wherever it is counted`() {
    let text = String(decoding: Self.page(MadeUpOwners.orphans, Style(columns: 140)), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines[0].hasPrefix("innocent.service holds ≈503 of 28,232 ports (1.8 %), ≈"))
    #expect(lines[0].hasSuffix("; 3 of its 503 sockets were seen"))
    let row = lines.first { $0.hasPrefix("innocent.service  ") }?.split(separator: " ") ?? []
    #expect(row.count { $0 == "≈503" } == 2 && !row.contains("503"), "\(row)")
    let document = String(decoding: Self.document(MadeUpOwners.orphans), as: UTF8.self)
    #expect(document.contains(#""ports_bound":"estimate""#))
    #expect(document.contains(#""sockets":503,"sockets_low":3,"sockets_high":503"#))
    let csv = String(
      decoding: OwnersListing.csv(MadeUpOwners.orphans, namespace: "host"), as: UTF8.self)
    #expect(csv.contains(",503,0,500,503,3,503,estimate,"))
  }

  @Test func `where most have no known owner this is said first`() {
    let text = String(
      decoding: Self.page(MadeUpOwners.forgotten, Style(columns: 200)), as: UTF8.self)
    #expect(
      text.hasPrefix(
        "2,000 of 2,010 held ports have no known owner (1,990 sockets in TIME_WAIT, 10 sockets that "
          + "nobody has open any more); of the rest innocent.service holds 10 of 28,232 ports"))
    let document = String(decoding: Self.document(MadeUpOwners.forgotten), as: UTF8.self)
    #expect(document.contains(#""id":"owners_mostly_unknown""#))
    for other in [MadeUpOwners.cgroups, MadeUpOwners.processes, MadeUpOwners.nobody] {
      #expect(other.leadingUnattributed == nil)
    }
    var host = HostOwners(.cgroup, .tcp)
    host.take(MadeUpOwners.forgotten, of: "host", inode: 1)
    let page = HostOwnersPage.text(host, host: "h", style: Style(columns: 200))
    #expect(String(decoding: page, as: UTF8.self).hasPrefix("2,000 of 2,010 held ports have no"))
  }

  @Test func `what is left out is counted`() {
    let text = String(decoding: Self.page(MadeUpOwners.cgroups, most: 2), as: UTF8.self)
    #expect(text.contains("… 3 more owners, none with more than 3 ports"))
    let document = String(decoding: Self.document(MadeUpOwners.cgroups, most: 2), as: UTF8.self)
    #expect(document.contains("\"other\":{\"owners\":3,\"ports_max\":3}"))
  }
}
