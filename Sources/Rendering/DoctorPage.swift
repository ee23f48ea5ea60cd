/// The facts of this host for people: what can be had, and what gives the rest.
public enum DoctorPage {
  /// The page of `report`.
  public static func text(
    _ report: DoctorReport, style: Style, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var lines = [verdict(report, style), "", place(report, style, &names)]
    lines += paragraph(powers(report), 0, style, .dim) + [""]
    lines.append(style.paint(titles(style), .bold))
    for fact in report.facts { lines += self.lines(fact, style, names) }
    lines += closing(report, style)
    let text = lines.joined(separator: "\n") + "\n"
    return Array((style.isUnicode ? text : TextWrap.ascii(text)).utf8)
  }

  private static func verdict(_ report: DoctorReport, _ style: Style) -> String {
    let (yes, partly, no) = (report.count(.yes), report.count(.partly), report.count(.no))
    let all = report.facts.count - report.count(.absent)
    guard partly + no > 0 else {
      return style.paint("ALL", .good) + "  every fact of \(all) is available here"
    }
    var text = "  \(yes) of \(all) facts are available here"
    if partly > 0 { text += ", \(partly) in part" }
    if no > 0 { text += ", \(no) not" }
    // Without the sockets there is nothing; without the rest there is less.
    let lacksSockets = report.facts.first.map { $0.state == .no } ?? true
    return style.paint(lacksSockets ? "NOTHING" : "PARTLY", lacksSockets ? .bad : .warning) + text
  }

  private static func place(
    _ report: DoctorReport, _ style: Style, _ names: inout Names
  ) -> String {
    style.paint(
      TextWrap.printable(
        "\(names.host(report.host)) · \(names.namespace(report.namespace)) namespace · "
          + "Linux \(report.kernel)"), .dim)
  }

  private static func powers(_ report: DoctorReport) -> String {
    let user = report.userID == 0 ? "root" : "user \(report.userID)"
    let held =
      report.capabilities.isEmpty
      ? "without capabilities" : "with " + report.capabilities.joined(separator: ", ")
    let scope =
      report.isHostUserNamespace == false
      ? "; in a user namespace, outside of which they count for nothing" : ""
    return "\(user) \(held)\(scope)"
  }

  private static let titleWidth = 22

  private static func titles(_ style: Style) -> String {
    "        FACT                    "
      + (isWide(style) ? padded("GIVES", givesWidth) + "FOUND" : "FOUND, OR WHAT IT WOULD GIVE")
  }

  private static let givesWidth = 48

  private static func isWide(_ style: Style) -> Bool { style.columns >= 120 }

  /// One line for what is there; for what is not, what it would give, why not, and what helps.
  private static func lines(
    _ fact: DoctorReport.Fact, _ style: Style, _ names: Names
  ) -> [String] {
    let (mark, tone) = mark(fact)
    let head =
      style.paint(mark, tone) + String(repeating: " ", count: 8 - mark.count)
      + padded(fact.title, titleWidth + 2)
    let indent = 8 + titleWidth + 2
    var found = fact.found(names)
    if let place = fact.place, !found.contains(names.freeText(place)) {
      found += " (\(names.freeText(place)))"
    }
    // Paths and error messages are not ours.
    found = TextWrap.printable(found)
    if isWide(style) {
      var lines = hanging(
        head + padded(fact.gives, givesWidth), found, indent + givesWidth, style)
      lines += need(fact, style)
      return lines
    }
    guard fact.state == .partly || fact.state == .no else {
      return hanging(head, found, indent, style)
    }
    return hanging(head, fact.gives, indent, style)
      + labelled("found", found, style) + need(fact, style)
  }

  /// The word that says whether it can be had; "should" where that is concluded and was not tried.
  private static func mark(_ fact: DoctorReport.Fact) -> (String, Tone) {
    switch fact.state {
    case .yes: fact.isTried ? ("yes", .good) : ("should", .good)
    case .partly: ("partly", .warning)
    case .no: ("no", .bad)
    case .absent: ("none", .dim)
    }
  }

  private static func need(_ fact: DoctorReport.Fact, _ style: Style) -> [String] {
    guard let need = fact.need else { return [] }
    // A command is never wrapped: it is there to be copied.
    return labelled("needs", need.text, style) + (need.command.map { ["        " + $0] } ?? [])
  }

  private static func closing(_ report: DoctorReport, _ style: Style) -> [String] {
    var lines: [String] = []
    let capabilities = Set(report.facts.flatMap { $0.need?.capabilities ?? [] })
    if !capabilities.isEmpty {
      lines += ["", style.paint("EVERYTHING AT ONCE", .bold)]
      if let grant = report.grant {
        lines += ["  sudo ullage …", "  \(grant)"]
        lines += unit(capabilities.union(report.capabilities), style)
      } else {
        let names = capabilities.sorted().map { "--cap-add=\($0.dropFirst(4).uppercased())" }
        lines += paragraph(
          "root lacks capabilities here, as in a container: start it with "
            + names.joined(separator: " "), 2, style, .plain)
      }
    }
    let never =
      "\"should\": by the kernel's version and the capabilities, not tried. Never needed: memory "
      + "locking, eBPF, packets on the wire."
    return lines + [""] + paragraph(never, 0, style, .dim)
  }

  /// The same for a service: two settings of its unit, and one that would make them worthless.
  private static func unit(_ capabilities: Set<String>, _ style: Style) -> [String] {
    let names = capabilities.sorted().map { $0.uppercased() }.joined(separator: " ")
    return hanging(
      "  a unit: ",
      "AmbientCapabilities= and CapabilityBoundingSet= with \(names), and PrivateUsers=no", 10,
      style)
  }

  private static func labelled(_ label: String, _ text: String, _ style: Style) -> [String] {
    hanging("        \(padded(label, 7))", text, 15, style)
  }

  /// `text` after `head`, its further lines below its first word.
  private static func hanging(
    _ head: String, _ text: String, _ indent: Int, _ style: Style
  ) -> [String] {
    let width = max(20, style.columns - indent)
    return TextWrap.lines(text, first: width, width).enumerated().map { index, line in
      index == 0 ? head + line : String(repeating: " ", count: indent) + line
    }
  }

  private static func paragraph(
    _ text: String, _ indent: Int, _ style: Style, _ tone: Tone
  ) -> [String] {
    let width = style.columns - indent
    return TextWrap.lines(text, first: width, width).map {
      String(repeating: " ", count: indent) + style.paint($0, tone)
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
