internal import Inet
public import Pools

/// A plan for people: does it fit, what are the limits, what would it take.
public enum PlanPage {
  /// The page of `plan`, whose numbers come from `basis`.
  public static func text(
    _ plan: CapacityPlan, _ basis: PlanBasis, style: Style, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var lines = verdict(plan, style) + [""] + givens(plan, basis, style, &names) + [""]
    lines += table(plan, style).lines(style)
    let advice = plan.advice
    for (index, advice) in advice.enumerated() {
      if index == 0 { lines += ["", style.paint("WHAT HELPS", .bold)] }
      let (text, command) = PlanSentences.text(advice, plan, basis, &names)
      lines += paragraph("\(index + 1)", 2, text, style)
      // Never wrapped, but each of several on a line of its own: they are there to be copied.
      if let command {
        lines += ("    " + command.replacing(" && ", with: " &&\n    "))
          .split(separator: "\n").map { TextWrap.printable(String($0)) }
      }
    }
    if !basis.notes.isEmpty { lines.append("") }
    for note in basis.notes { lines += paragraph("note:", 5, note, style) }
    let text = (lines.joined(separator: "\n") + "\n").replacing("\u{a0}", with: " ")
    return Array((style.isUnicode ? text : TextWrap.ascii(text.replacing("×", with: "x"))).utf8)
  }

  private static func verdict(_ plan: CapacityPlan, _ style: Style) -> [String] {
    let outcome = plan.outcome
    let (word, tone): (String, Tone) =
      !outcome.fits ? ("NO", .bad) : outcome.isSearching ? ("CLIFF", .warning) : ("FITS", .good)
    let wrapped = TextWrap.lines(
      glued(PlanSentences.verdict(plan)), first: style.columns - word.count - 2,
      style.columns - word.count - 2)
    return wrapped.enumerated().map { index, line in
      (index == 0 ? style.paint(word, tone) : String(repeating: " ", count: word.count))
        + "  " + line
    }
  }

  /// What was asked, and what it is held against.
  private static func givens(
    _ plan: CapacityPlan, _ basis: PlanBasis, _ style: Style, _ names: inout Names
  ) -> [String] {
    let sources = PlanNumber.sources(max(1, plan.sources))
    let destinations = PlanNumber.count(
      max(1, plan.destinations), "destination", "destinations")
    let tuples = PlanNumber.count(plan.tuples, "tuple", "tuples")
    let ports = PlanNumber.integer(max(0, plan.ports))
    let demand =
      "\(PlanSentences.demand(plan)), each open for "
      + "\(PlanNumber.time(plan.holdSeconds)); "
      + (plan.closesHere ? "this side closes first" : "the peer closes first")
    return paragraph("asked", 6, demand, style)
      + paragraph(
        "over", 6,
        "\(sources) × \(destinations) = \(tuples) of \(ports) ports "
          + "(\(origin(basis, &names)))", style)
      + paragraph("wait", 6, wait(plan, basis), style)
  }

  private static func origin(_ basis: PlanBasis, _ names: inout Names) -> String {
    switch basis.ports {
    case .number: return "as asked"
    case .range: return "range \(basis.range.map { "\($0)" } ?? "?")"
    case .host(let namespace):
      var parts = ["range \(basis.range.map { "\($0)" } ?? "?") here"]
      if namespace != "host" { parts = [parts[0] + ", namespace \(names.namespace(namespace))"] }
      if let reserved = basis.reserved { parts.append("\(PlanNumber.integer(reserved)) reserved") }
      if let blocked = basis.blocked {
        // An idle bind may look like a connection: there may be more.
        parts.append(
          blocked > 0 ? "at least \(PlanNumber.integer(blocked)) blocked" : "none seen blocked")
      }
      return parts.joined(separator: ", ")
    }
  }

  private static func wait(_ plan: CapacityPlan, _ basis: PlanBasis) -> String {
    guard plan.closesHere else {
      return "none: a port comes back as soon as the peer has closed"
    }
    var text = "\(PlanNumber.time(plan.timeWaitSeconds)) of TIME_WAIT"
    if plan.toothSeconds > 0 {
      text += ", then up to \(PlanNumber.time(plan.toothSeconds)) to the timer's next tooth"
      if let ticks = basis.ticksPerSecond { text += " (HZ \(ticks))" }
    }
    if plan.outcome.reuses, let delay = plan.reuseDelaySeconds {
      text += "; taken over after \(PlanNumber.time(delay)) (tcp_tw_reuse)"
    }
    return text
  }

  /// Every number, without and with reuse; a wide page has one more case.
  private static func table(_ plan: CapacityPlan, _ style: Style) -> TextTable {
    var outcomes = [plan.outcomeNotReusing] + (plan.outcomeReusing.map { [$0] } ?? [])
    var titles =
      plan.canReuse
      ? ["tcp_tw_reuse=0", "tcp_tw_reuse=1"]
      : [plan.closesHere ? "TIME_WAIT \(PlanNumber.time(plan.timeWaitSeconds))" : "NO TIME_WAIT"]
    if style.columns >= 100, let other = plan.outcomePeerClosing {
      outcomes.append(other)
      titles.append("if the peer closed")
    }
    var table = TextTable(
      [.init(title: "")] + titles.map { .init(title: $0, alignsRight: true) })
    func row(_ title: String, _ cell: (CapacityPlan.Outcome) -> String) {
      table.append([(title, .plain)] + outcomes.map { (cell($0), .plain) })
    }
    row("sustainable, in all") { PlanNumber.rate($0.sustainable?.total) }
    if plan.sources > 1 {
      row("  from each source address") { PlanNumber.rate($0.sustainable?.perSource) }
    }
    if plan.tuples > 1 { row("  through each tuple") { PlanNumber.rate($0.sustainable?.perTuple) } }
    row("  before connect() searches (\(Decimal.percent(PlanSentences.share(ofCliffIn: plan))))") {
      PlanNumber.rate($0.beforeCliff?.total)
    }
    row("at \(PlanNumber.rate(plan.connectsPerSecond)), ports in use of each tuple") {
      PlanNumber.integer($0.portsHeld)
    }
    row("  share of the ports") { PlanNumber.share($0.usage) }
    row("  sockets in TIME_WAIT") { outcome in
      outcome.timeWaitSockets.map { PlanNumber.integer($0) } ?? "–"
    }
    row("source addresses needed") { $0.sourcesNeeded.map { PlanNumber.integer($0) } ?? "–" }
    row("  so that none searches") { $0.sourcesBeforeCliff.map { PlanNumber.integer($0) } ?? "–" }
    row("or destinations needed") { $0.destinationsNeeded.map { PlanNumber.integer($0) } ?? "–" }
    row("or usable ports needed (at most \(PlanNumber.integer(CapacityPlan.portsMax)))") {
      PlanNumber.integer($0.portsNeeded)
    }
    row("or connections open for at most") {
      $0.longestHoldSeconds.map(PlanNumber.time) ?? "never fits"
    }
    row("kept open instead: connections") { _ in
      plan.keepAliveConnections == 0 ? "–" : PlanNumber.integer(plan.keepAliveConnections)
    }
    return table
  }

  private static func paragraph(
    _ label: String, _ indent: Int, _ text: String, _ style: Style
  ) -> [String] {
    let width = style.columns - indent - 2
    return TextWrap.lines(glued(text), first: width, width).enumerated().map { index, line in
      let head = index == 0 ? label : ""
      return head + String(repeating: " ", count: indent + 2 - head.count) + line
    }
  }

  /// `text` with its percent signs bound to their numbers, so that no line begins with one.
  private static func glued(_ text: String) -> String {
    text.replacing(" %", with: "\u{a0}%").replacing("HZ ", with: "HZ\u{a0}")
  }
}
