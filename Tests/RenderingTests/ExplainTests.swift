import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// `ullage explain`: pages and documents of made-up hosts.
@Suite struct ExplainTests {
  private let golden = Golden(besides: #filePath)

  @Test(arguments: [80, 120]) func `the page is as it was`(_ columns: Int) throws {
    let style = Style(columns: columns)
    for (name, snapshot, diagnosis) in [
      ("busy", MadeUpHost.busy, MadeUpDiagnosis.busy),
      ("idle", MadeUpHost.idle, MadeUpDiagnosis.idle),
      ("remarks", MadeUpHost.idle, MadeUpDiagnosis.remarks),
      ("exhausted", MadeUpHost.exhausted, MadeUpDiagnosis.exhausted),
      ("owned", MadeUpHost.owned, MadeUpDiagnosis.owned),
      ("every-cause", MadeUpDiagnosis.everyCause.snapshot, MadeUpDiagnosis.everyCause.diagnosis),
    ] {
      let page = ExplainPage.text(snapshot, diagnosis, style: style)
      let difference = try golden.difference("explain-\(name)-\(columns).txt", page)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `the page in colour, in ASCII and redacted is as it was`() throws {
    let (snapshot, diagnosis) = (MadeUpHost.busy, MadeUpDiagnosis.busy)
    let pages = [
      ("colour", ExplainPage.text(snapshot, diagnosis, style: Style(isColored: true))),
      ("ascii", ExplainPage.text(snapshot, diagnosis, style: Style(isUnicode: false))),
      (
        "redacted",
        ExplainPage.text(snapshot, diagnosis, style: Style(), names: Names(redacted: true))
      ),
    ]
    for (name, page) in pages {
      let difference = try golden.difference("explain-busy-80-\(name).txt", page)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `owners in ASCII and redacted are as they were`() throws {
    let (snapshot, diagnosis) = (MadeUpHost.owned, MadeUpDiagnosis.owned)
    let redacted = Names(redacted: true)
    let pages = [
      ("ascii", ExplainPage.text(snapshot, diagnosis, style: Style(isUnicode: false))),
      ("redacted", ExplainPage.text(snapshot, diagnosis, style: Style(), names: redacted)),
    ]
    for (name, page) in pages {
      let difference = try golden.difference("explain-owned-80-\(name).txt", page)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `the document is as it was`() throws {
    let every = MadeUpDiagnosis.everyCause
    for (name, made, isRedacted) in [
      ("explain", every, false), ("explain-redacted", every, true),
      ("explain-owned", (snapshot: MadeUpHost.owned, diagnosis: MadeUpDiagnosis.owned), false),
    ] {
      let document = ExplainDocument.json(
        made.snapshot, made.diagnosis, names: Names(redacted: isRedacted))
      let difference = try golden.difference("\(name).json", document)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `every document keeps its schema, and a snapshot with findings too`() throws {
    var documents: [UInt8] = [], snapshots: [UInt8] = []
    for (snapshot, diagnosis) in MadeUpDiagnosis.all {
      for isRedacted in [false, true] {
        documents += ExplainDocument.json(
          snapshot, diagnosis, names: Names(redacted: isRedacted))
        var explained = snapshot
        explained.findings = diagnosis.findings
        snapshots += SnapshotDocument.json(explained, names: Names(redacted: isRedacted))
      }
    }
    let faults =
      try DocumentSchema("ullage.explain-1").faults(documents)
      ?? DocumentSchema("ullage.snapshot-1").faults(snapshots)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test(arguments: [60, 80, 100, 140])
  func `no line is longer than the page is wide, but for a word that cannot be broken`(
    _ columns: Int
  ) {
    for (snapshot, diagnosis) in MadeUpDiagnosis.all {
      for style in [Style(columns: columns), Style(columns: columns, isUnicode: false)] {
        let page = ExplainPage.text(snapshot, diagnosis, style: style)
        for line in String(decoding: page, as: UTF8.self).split(separator: "\n") {
          // Quoted words of a command stay whole.
          let words = line.drop { $0 == " " }.split(separator: " ")
          let isWhole = words.count <= 3 || line.contains("'")
          #expect(line.count <= columns || isWhole, "\(line.count): \(line)")
          #expect(line.last != " ", "blanks at the end: \(line)")
          if !style.isUnicode { #expect(line.utf8.allSatisfy { $0 < 0x7f }) }
        }
      }
    }
  }

  @Test func `nothing found is one line, and what it is not`() {
    let page = ExplainPage.text(MadeUpHost.idle, MadeUpDiagnosis.idle, style: Style(columns: 120))
    let lines = String(decoding: page, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("OK  nothing found: ") == true)
    #expect(
      lines.last
        == "   not       conntrack 12.1 % · descriptors 3.0 % · tcp_mem 1.9 % · no listener stands in the way"
    )
  }

  @Test func `the snapshot's last word is why`() throws {
    var snapshot = MadeUpHost.busy
    snapshot.findings = MadeUpDiagnosis.busy.findings
    let page = SnapshotPage.text(snapshot, style: Style())
    let difference = try golden.difference("busy-80-why.txt", page)
    #expect(difference == nil, "\(difference ?? "")")
    snapshot.findings = MadeUpDiagnosis.remarks.findings
    let quiet = String(decoding: SnapshotPage.text(snapshot, style: Style()), as: UTF8.self)
    #expect(!quiet.contains("WHY"))
  }

  @Test func `one is not many, and a guess is called one where it is told`() {
    func page(_ change: (inout DiagnosisInput) -> Void) -> String {
      var input = MadeUpDiagnosis.made(MadeUpHost.busy)
      change(&input)
      let style = Style(columns: 200)
      return String(
        decoding: ExplainPage.text(MadeUpHost.busy, Diagnosis(input), style: style), as: UTF8.self)
    }
    let failed = { (count: Int) in
      page { input in
        for index in input.namespace.pools.indices {
          input.namespace.pools[index].trend = PoolTrend()
          input.namespace.pools[index].trend?.failures = count
        }
      }
    }
    #expect(failed(1).contains("; 1 connect failed"))
    #expect(failed(2).contains("; 2 connects failed"))
    let probed = page { $0.exactBlocked = [41_000] }
    #expect(probed.contains("programs bind before they connect: 1 port is lost to everybody"))
    let guessed = page { input in
      for index in input.namespace.pools.indices {
        input.namespace.pools[index].takenLow = 0
        input.namespace.pools[index].takenOther = 270
      }
    }
    #expect(
      guessed.contains("programs may bind before they connect: then 270 ports are lost"))
  }

  @Test func `a bind pool beside a connect pool at its cliff is told as what it is`() {
    let space = MadeUpHost.defaultSpace(blocked: [])
    let bind = PoolKey.bind(.any)
    let snapshot = MadeUpHost.snapshot([
      MadeUpHost.madeUp(
        space,
        [
          MadeUpHost.connect("10.0.0.5", "10.1.2.3", 443, [.established: 14_200], space),
          MadeUpHost.bind(.any, held: 24_600, space),
        ], listeners: 1)
    ])
    let diagnosis = Diagnosis(MadeUpDiagnosis.made(snapshot))
    #expect(diagnosis.findings.first { $0.pool == bind }?.severity == .warning)
    let page = ExplainPage.text(snapshot, diagnosis, style: Style(columns: 200))
    let lines = String(decoding: page, as: UTF8.self).split(separator: "\n")
    #expect(lines.contains { $0.contains("bind([::], 0) is filling up") }, "\(lines)")
    #expect(!lines.contains { $0.contains("bind([::], 0) makes every connect search") })
  }

  @Test func `a redacted page has no address and no name`() {
    let made = MadeUpDiagnosis.everyCause
    for bytes in [
      ExplainPage.text(
        made.snapshot, made.diagnosis, style: Style(), names: Names(redacted: true)),
      ExplainDocument.json(made.snapshot, made.diagnosis, names: Names(redacted: true)),
    ] {
      let text = String(decoding: bytes, as: UTF8.self)
      for secret in ["10.0.0.5", "10.1.2", "proxy-17", " web "] {
        #expect(!text.contains(secret), "\(secret)")
      }
    }
  }

  @Test func `a name cannot leave its place in a command`() {
    for (name, shown) in [
      ("web", "web"), ("a b", "'a b'"), ("x; reboot", "'x; reboot'"), ("$(id)", "'$(id)'"),
      ("it's", "'it'\\\\''s'"), ("-x", "'-x'"), ("`id`", "'`id`'"),
    ] {
      var input = MadeUpDiagnosis.made(MadeUpHost.busy)
      input.namespace.name = name
      let document = ExplainDocument.json(MadeUpHost.busy, Diagnosis(input))
      let text = String(decoding: document, as: UTF8.self)
      let command = "\"command\":\"ip netns exec \(shown) sysctl -w net.ipv4.tcp_tw_reuse=1\""
      #expect(text.contains(command), "\(command)")
    }
  }

  @Test func `a name cannot steer the terminal`() {
    let snapshot = MadeUpHost.hostile
    var input = MadeUpDiagnosis.made(snapshot)
    input.namespace.name = "\u{1b}[2J\u{7}"
    let page = ExplainPage.text(snapshot, Diagnosis(input), style: Style())
    for scalar in String(decoding: page, as: UTF8.self).unicodeScalars where scalar != "\n" {
      let isControl = scalar.properties.generalCategory == .control
      #expect(!isControl, "U+\(String(scalar.value, radix: 16))")
    }
  }
}
