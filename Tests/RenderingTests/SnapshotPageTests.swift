import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// The page for people, as golden files and by its rules.
@Suite struct SnapshotPageTests {
  private let golden = Golden(besides: #filePath)

  private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var snapshot: Snapshot
    var style = Style()
    var isRedacted = false
    var mostPools = Int.max

    var testDescription: String { name }

    var page: [UInt8] {
      SnapshotPage.text(
        snapshot, style: style, names: Names(redacted: isRedacted), mostPools: mostPools)
    }
  }

  private static let cases = [
    Case(name: "idle-80", snapshot: MadeUpHost.idle),
    Case(name: "busy-80", snapshot: MadeUpHost.busy),
    Case(name: "busy-120", snapshot: MadeUpHost.busy, style: Style(columns: 120)),
    Case(name: "busy-200", snapshot: MadeUpHost.busy, style: Style(columns: 200)),
    Case(name: "busy-80-colour", snapshot: MadeUpHost.busy, style: Style(isColored: true)),
    Case(name: "busy-80-ascii", snapshot: MadeUpHost.busy, style: Style(isUnicode: false)),
    Case(name: "busy-80-redacted", snapshot: MadeUpHost.busy, isRedacted: true),
    Case(name: "remembered-80", snapshot: MadeUpHost.remembered),
    Case(name: "remembered-140", snapshot: MadeUpHost.remembered, style: Style(columns: 140)),
    Case(name: "probed-80", snapshot: MadeUpHost.probed),
    Case(name: "exhausted-80", snapshot: MadeUpHost.exhausted),
    Case(name: "without-capacity-80", snapshot: MadeUpHost.withoutCapacity),
    Case(name: "long-names-80", snapshot: MadeUpHost.longNames),
    Case(name: "long-names-120", snapshot: MadeUpHost.longNames, style: Style(columns: 120)),
    Case(name: "long-names-200", snapshot: MadeUpHost.longNames, style: Style(columns: 200)),
    Case(name: "long-names-80-redacted", snapshot: MadeUpHost.longNames, isRedacted: true),
    Case(name: "many-pools-80", snapshot: MadeUpHost.manyPools, mostPools: 20),
    Case(name: "two-namespaces-80", snapshot: MadeUpHost.twoNamespaces),
    Case(name: "two-namespaces-80-redacted", snapshot: MadeUpHost.twoNamespaces, isRedacted: true),
    Case(name: "three-namespaces-80", snapshot: MadeUpHost.threeNamespaces),
    Case(name: "twenty-namespaces-80", snapshot: MadeUpHost.twentyNamespaces),
    Case(name: "many-namespaces-80", snapshot: MadeUpHost.manyNamespaces),
    Case(
      name: "many-namespaces-120", snapshot: MadeUpHost.manyNamespaces, style: Style(columns: 120)),
    Case(name: "calm-namespaces-80", snapshot: MadeUpHost.calmNamespaces),
    Case(name: "little-known-80", snapshot: MadeUpHost.littleKnown),
    Case(name: "filling-80", snapshot: MadeUpHost.filling),
    Case(name: "filling-80-ascii", snapshot: MadeUpHost.filling, style: Style(isUnicode: false)),
    Case(name: "filling-120", snapshot: MadeUpHost.filling, style: Style(columns: 120)),
  ]

  @Test(arguments: cases) private func `the page is as it was`(_ made: Case) throws {
    let difference = try golden.difference("\(made.name).txt", made.page)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: MadeUpHost.all.indices, [60, 80, 100, 120, 140, 200])
  func `no line is longer than the page is wide, but for a word that cannot be broken`(
    _ index: Int, _ columns: Int
  ) {
    for style in [
      Style(columns: columns), Style(columns: columns, isColored: true),
      Style(columns: columns, isUnicode: false),
    ] {
      for isRedacted in [false, true] {
        let page = Self.lines(
          SnapshotPage.text(
            MadeUpHost.all[index], style: style, names: Names(redacted: isRedacted)))
        for line in page where columns >= 80 {
          let isTooLong = line.count > columns && line.drop { $0 == " " }.contains(" ")
          #expect(!isTooLong, "\(line.count): \(line)")
        }
        for line in page { #expect(line.last != " ", "blanks at the end: \(line)") }
      }
    }
  }

  @Test(
    arguments: [
      ("6.18.44", 1, 250, "connect() may take it over after 0.25 s: tcp_tw_reuse 1"),
      ("6.13.0", 1, nil, "connect() may take it over after 1 s: tcp_tw_reuse 1"),
      ("6.13.0", 2, nil, "loopback connects take it over after 1 s"),
      ("4.18.20", 2, nil, "connect() may take it over after 2 s: tcp_tw_reuse 2"),
      ("4.18.20", 0, nil, "tcp_tw_reuse 0"),
    ] as [(String, Int, Int?, String)])
  func `when TIME_WAIT is taken over is told by the kernel's rule`(
    _ kernel: String, _ mode: Int, _ delay: Int?, _ rule: String
  ) {
    var snapshot = MadeUpHost.busy
    snapshot.kernel = kernel
    snapshot.namespaces[0].settings = [
      Setting("tcp_tw_reuse", mode), Setting("tcp_tw_reuse_delay_ms", delay),
      Setting("tcp_timestamps", 1),
    ]
    let page = SnapshotPage.text(snapshot, style: Style(columns: 200))
    #expect(
      String(decoding: page, as: UTF8.self).contains("TIME_WAIT holds a port for 60 s (\(rule))"))
  }

  @Test func `colour adds nothing but colour`() {
    for snapshot in MadeUpHost.all {
      let plain = SnapshotPage.text(snapshot, style: Style())
      let colored = SnapshotPage.text(snapshot, style: Style(isColored: true))
      #expect(Self.lines(plain) == Self.lines(colored))
    }
  }

  @Test func `a page in ASCII has nothing else`() {
    for snapshot in MadeUpHost.all {
      let page = SnapshotPage.text(snapshot, style: Style(isUnicode: false))
      #expect(page.allSatisfy { $0 < 0x7f })
    }
  }

  @Test func `a name cannot steer the terminal`() {
    let page = SnapshotPage.text(MadeUpHost.hostile, style: Style())
    let text = String(decoding: page, as: UTF8.self)
    for scalar in text.unicodeScalars where scalar != "\n" {
      let isControl = scalar.properties.generalCategory == .control
      #expect(!isControl, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func `a redacted page has no address and no name but wildcards and loopback`() {
    for snapshot in [
      MadeUpHost.busy, MadeUpHost.longNames, MadeUpHost.twoNamespaces, MadeUpHost.twentyNamespaces,
    ] {
      let page = SnapshotPage.text(snapshot, style: Style(), names: Names(redacted: true))
      let text = String(decoding: page, as: UTF8.self)
      for secret in [
        "10.0", "10.1", "2001", "fe80", "proxy-17", "proxy-with", "web", "a-namespace", "shop-",
        "quiet-",
        "secret-",
      ] {
        #expect(!text.contains(secret), "\(secret)")
      }
    }
  }

  /// The lines of a page without colours.
  private static func lines(_ page: [UInt8]) -> [String] {
    let text = String(decoding: page, as: UTF8.self)
    var plain = ""
    var isInSequence = false
    for character in text {
      if character == "\u{1b}" { isInSequence = true }
      if !isInSequence { plain.append(character) }
      if character == "m" { isInSequence = false }
    }
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func `without the timer's phase ports come back within a time and not at one`() {
    var snapshot = MadeUpHost.filling
    let known = String(decoding: SnapshotPage.text(snapshot, style: Style()), as: UTF8.self)
    #expect(known.contains("comes back: 1,310 ports in 1.2 s, 1,303 in 3.2 s"))
    snapshot.flags.append(SnapshotFlag(SnapshotFlag.releasePhaseUnknownID, "not known"))
    let page = String(decoding: SnapshotPage.text(snapshot, style: Style()), as: UTF8.self)
    #expect(page.contains("comes back: 1,310 ports within 1.2 s, 1,303 within 3.2 s"))
  }
}
