import OutputTestKit
import Rendering
import Testing

/// The page and the document of a check-up.
@Suite struct DoctorTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.doctor-1")

  /// A user without capabilities, whose collector runs.
  private static func report(
    userID: UInt32 = 1000, capabilities: [String] = [], facts: [DoctorReport.Fact]? = nil
  ) -> DoctorReport {
    func need(_ lacking: [String], command: String? = nil) -> DoctorReport.Need {
      DoctorReport.Need(
        lacking.map { $0.uppercased() }.joined(separator: " and "), capabilities: lacking,
        command: DoctorReport.setcap(held: capabilities, lacking, userID: userID))
    }
    return DoctorReport(
      host: "web-17", namespace: "payroll", kernel: "6.18.44", userID: userID,
      capabilities: capabilities, isHostUserNamespace: true,
      facts: facts ?? [
        .init(
          "tcp_sockets", "TCP sockets", gives: "pools, addresses and states", .yes,
          found: "sock_diag answers; listeners: 12"),
        .init(
          "idle_binds", "idle binds", gives: "ports held by binds that are not connected", .yes,
          isTried: false, found: "BOUND_INACTIVE (Linux 6.8)"),
        .init(
          "release_phase", "release phase", gives: "the exact moments from the first sample on",
          .partly,
          found: "cannot open /proc/timer_list: permission denied (EACCES 13); learned from the "
            + "first ports that come back", need: need(["cap_dac_read_search"])),
        .init(
          "failed_connects", "failed connects",
          gives: "how many connects found no port, and whose", .no,
          found: "tracefs is not mounted where this process sees it",
          need: .init(
            "a mounted tracefs", command: "sudo mount -t tracefs tracefs /sys/kernel/tracing")),
        .init(
          "probe", "packet-free probe", gives: "would the next connect() succeed?", .no,
          isTried: false, found: "CAP_NET_ADMIN is not held over this namespace",
          need: need(["cap_net_admin"])),
        .init(
          "collector", "a collector's ring", gives: "the past, forecasts, owners of TIME_WAIT",
          .yes, found: "pid 812 writes it, alive 300ms ago", place: "/run/user/jane/host.ring"),
        .init(
          "runtime_directory", "runtime directory", gives: "a collector of one's own", .no,
          found: "cannot open /run/user/jane: no such file or directory (ENOENT 2)",
          place: "/run/user/jane"),
        .init(
          "conntrack", "conntrack", gives: "whether conntrack is the limit instead", .absent,
          found: "nf_conntrack is not loaded: it is no limit here"),
      ])
  }

  private static var reports: [DoctorReport] {
    var fenced = report(capabilities: ["cap_net_admin", "cap_perfmon"])
    fenced.isHostUserNamespace = false
    return [
      report(), report(userID: 0, capabilities: ["cap_sys_admin"]), fenced,
      report(facts: [
        .init(
          "tcp_sockets", "TCP sockets", gives: "pools, addresses and states", .yes, found: "all")
      ]),
      report(facts: [
        .init(
          "tcp_sockets", "TCP sockets", gives: "pools, addresses and states", .no,
          found: "cannot dump tcp sockets: no such file or directory (ENOENT 2)",
          need: .init("the kernel module tcp_diag", command: "sudo modprobe tcp_diag"))
      ]),
    ]
  }

  @Test func `pages are as they were`() throws {
    var pages: [UInt8] = []
    for report in Self.reports { pages += DoctorPage.text(report, style: Style()) }
    pages += DoctorPage.text(Self.report(), style: Style(columns: 140))
    pages += DoctorPage.text(Self.report(), style: Style(isColored: true, isUnicode: false))
    let difference = try golden.difference("doctor.txt", pages)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `documents keep the schema and are as they were`() throws {
    let documents = Self.reports.flatMap { DoctorDocument.json($0) }
    let faults = try schema.faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    let difference = try golden.difference("doctor.json", DoctorDocument.json(Self.report()))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `what others wrote steers no terminal`() {
    var report = Self.report()
    report.host = "\u{1b}[31mred"
    report.facts[0].found = "cannot open /run/\u{1b}]0;x\u{7}: \u{202e}reversed\nforged line"
    report.facts[0].place = "/run/\r"
    let page = DoctorPage.text(report, style: Style())
    #expect(!page.contains(0x1b) && !page.contains(0x07) && !page.contains(0x0d))
    let text = String(decoding: page, as: UTF8.self)
    #expect(!text.unicodeScalars.contains("\u{202e}"))
    #expect(text.split(separator: "\n").allSatisfy { !$0.hasPrefix("forged") })
  }

  @Test func `a grant adds to what is held, and root gets none`() {
    #expect(
      Self.report(capabilities: ["cap_perfmon"]).grant
        == "sudo setcap cap_dac_read_search,cap_net_admin,cap_perfmon+ep $(command -v ullage)")
    #expect(Self.report(userID: 0).grant == nil)
    #expect(Self.report(facts: []).grant == nil)
    #expect(DoctorReport.setcap(held: ["cap_perfmon"], [], userID: 1) == nil)
  }

  @Test func `redacted, neither host nor namespace nor user is told`() {
    let names = Names(redacted: true)
    let report = Self.report()
    for bytes in [
      DoctorPage.text(report, style: Style(), names: names),
      DoctorDocument.json(report, names: names),
    ] {
      let text = String(decoding: bytes, as: UTF8.self)
      for name in ["web-17", "payroll", "jane"] { #expect(!text.contains(name)) }
      #expect(text.contains("alive 300ms ago"))
    }
  }
}
