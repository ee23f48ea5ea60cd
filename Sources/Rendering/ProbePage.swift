internal import Inet
internal import Kernel

/// What probes have found, for people: yes or no first, then the facts, then what asking has cost.
public struct ProbePage {
  private let report: ProbeReport
  private let style: Style
  private var names: Names
  private var lines: [String] = []

  /// The page's bytes, with a line end after each line.
  public static func text(
    _ report: ProbeReport, style: Style, names: Names = Names()
  ) -> [UInt8] {
    var page = ProbePage(report, style, names)
    page.write()
    return Array((page.lines.joined(separator: "\n") + "\n").utf8)
  }

  private init(_ report: ProbeReport, _ style: Style, _ names: Names) {
    self.report = report
    self.style = style
    self.names = names
  }

  private mutating func write() {
    let separator = style.isUnicode ? " · " : " | "
    var sentences = ProbeSentences(names, in: report.namespace)
    if let question = report.question {
      verdict(question.isYes, sentences.verdict(question))
    } else if let blocked = report.blocked {
      verdict(report.isYes, ProbeSentences.verdict(blocked))
    }
    lines.append("")
    append(
      [
        sentences.names.host(report.host),
        "\(sentences.names.namespace(report.namespace)) namespace",
        Timestamp.clock(nanoseconds: report.takenAtNanoseconds),
      ].joined(separator: separator), .dim)
    if let question = report.question {
      for fact in sentences.facts(question) { append(fact, .plain) }
      append(ProbeSentences.sideEffects(question), .dim)
    }
    if let blocked = report.blocked {
      if report.question != nil {
        lines.append("")
        append(ProbeSentences.verdict(blocked), .bold)
      }
      append(ProbeSentences.space(blocked), .plain)
      writePorts(blocked)
      lines.append("")
      append(ProbeSentences.sideEffects(blocked), .dim)
    }
  }

  private mutating func verdict(_ isYes: Bool, _ text: String) {
    let word = isYes ? "YES" : "NO"
    let wrapped = TextWrap.lines(
      shown(text), first: style.columns - word.count - 2, style.columns - 2)
    lines.append(
      style.paint(word, isYes ? .good : .bad) + "  " + style.paint(wrapped[0], .bold))
    lines += wrapped.dropFirst().map { "  " + style.paint($0, .bold) }
  }

  private mutating func writePorts(_ blocked: BlockedPortList) {
    let runs = blocked.runs
    guard !runs.isEmpty else { return }
    var table = TextTable([
      .init(title: "PORTS"), .init(title: "COUNT", alignsRight: true), .init(title: "SEEN ON THEM"),
    ])
    for run in runs {
      table.append([
        (shown("\(run.range)"), .plain), (Decimal.grouped(run.range.count), .plain),
        (ProbeSentences.words(run.holder), .plain),
      ])
    }
    lines.append("")
    lines += table.lines(style)
  }

  private mutating func append(_ text: String, _ tone: Tone) {
    for line in TextWrap.lines(shown(text), first: style.columns, style.columns) {
      lines.append(style.paint(line, tone))
    }
  }

  /// The text in characters that the terminal can show and that do nothing to it.
  private func shown(_ text: String) -> String {
    let text = TextWrap.printable(text)
    return style.isUnicode ? text : TextWrap.ascii(text)
  }
}
