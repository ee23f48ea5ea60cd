internal import Frames
internal import Inet
internal import Pools
internal import Verdicts

/// What stands large and first: of a run, what limited it; of all else, the worst verdict of its frames.
struct ReportHead {
  /// "EXHAUSTED", "SOURCE PORTS WERE THE LIMIT".
  let word: String
  /// The word's class in the style.
  let tone: String
  /// What follows the word on its line.
  let rest: String
  /// The sentences below.
  let lead: String
  /// What was answered, with the names of the answers.
  let answers: [(name: String, texts: [String])]
  /// The head as one line.
  let line: String
  /// Word and answers left out: what there is to say in a few sentences.
  let summary: String

  init(_ words: ReportWords, _ names: inout Names) {
    guard let run = words.report.run else {
      (word, tone, answers) = (words.word, words.levelClass, [])
      rest = words.headline(&names)
      lead = ReportPage.sentence(words.failures)
      line = "\(word): \(rest); \(words.failures)"
      summary = "\(ReportPage.sentence(rest)) \(lead)"
      return
    }
    let answer = RunSentences.answer(run.limit)
    word = answer.prefix(1).uppercased() + answer.dropFirst()
    tone =
      switch run.limit {
      case .yes: "exhausted"
      case .no: "ok"
      case .unknown: "unknown"
      }
    rest = RunSentences.since(run) ?? ""
    lead = ReportPage.sentence("confidence \(run.confidence.rawValue)")
    let verdict = RunSentences.verdict(run)
    line = verdict.prefix(1).uppercased() + verdict.dropFirst()
    answers = Self.answers(run, &names)
    let pool = run.pool.map { RunSentences.pool($0, &names) }
    let sentences = [RunSentences.since(run), pool].compactMap { $0.map(ReportPage.sentence) }
    summary = (sentences + [lead]).joined(separator: " ")
  }

  private static func answers(
    _ run: RunVerdict, _ names: inout Names
  ) -> [(name: String, texts: [String])] {
    let failing = run.otherPools.prefix(3).filter { $0.failures ?? 0 > 0 }
    var pools: [String] = []
    for pool in (run.pool.map { [$0] } ?? []) + failing {
      pools.append(RunSentences.pool(pool, &names))
    }
    let notices = run.notices.map { names.freeText($0) }
    return [
      ("Pool", pools), ("Rate", [RunSentences.rates(run)].compactMap { $0 }),
      ("Way out", [RunSentences.remedy(run)].compactMap { $0 }),
      ("Why", run.reasons.map { RunSentences.reason($0) }), ("Whose", notices),
      ("Command", [RunSentences.command(run, names)].compactMap { $0 }),
    ].filter { !$0.1.isEmpty }
  }

  /// The lines of a page.
  func html(id: String, level: String, start: String) -> [String] {
    var lines = [
      "<\(level) id=\"\(id)-verdict\">\(start)<span class=\"level \(tone)\">"
        + "\(XMLText.escaped(word))</span> \(XMLText.escaped(rest))</\(level)>",
      "<p class=\"lead\">\(XMLText.escaped(lead))</p>",
    ]
    guard !answers.isEmpty else { return lines }
    lines.append("<dl class=\"answers\">")
    for answer in answers {
      // A name, a path or a command begins as it is written.
      let texts = answer.texts.map { "<dd><bdi>\(XMLText.escaped($0))</bdi></dd>" }
      lines.append("<dt>\(answer.name)</dt>\(texts.joined())")
    }
    return lines + ["</dl>"]
  }
}
