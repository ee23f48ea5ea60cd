internal import Frames

/// The charts of a report with their words around them.
struct ReportFigures {
  let words: ReportWords
  let id: String

  /// The usage of pools over time, with what happened meanwhile.
  func usage(_ moments: [ReportMoment], _ names: inout Names) -> [String] {
    let chart = ReportChart.usage(id: "\(id)-usage", words, moments)
    var lines = [
      "<h2>Ports in use over time</h2>",
      "<p class=\"lead\">The share of each pool that is taken. Where a column stands for several "
        + "samples, the band reaches from the least to the greatest. Numbers mark what happened; "
        + "they are listed below.</p>",
      "<figure>",
      chart.svg(
        title: "Usage of the tightest pools over time",
        description: ReportPage.description(words, &names)),
    ]
    lines += ReportTables(words: words, id: id).legend(&names)
    return lines + ["</figure>"]
  }

  /// Connects a second over time; nothing where nobody counted them.
  func connects() -> [String] {
    guard let chart = ReportChart.connects(id: "\(id)-connects", words) else { return [] }
    let mean = words.report.connectsPerSecond.map { "\(LiveWords.rate($0)) on average" }
    let most = words.report.connectsPerSecondMaximum.map { "\(LiveWords.rate($0)) at most" }
    let rates = [mean, most].compactMap { $0 }.joined(separator: ", ")
    return [
      "<h2>Connects a second</h2>",
      "<p class=\"lead\">Connects of the namespace that found a port"
        + "\(rates.isEmpty ? "" : ": \(rates)"). Bars: \(XMLText.escaped(words.failures)).</p>",
      "<figure>",
      chart.svg(
        title: "Connects and failed connects a second over time",
        description: "Connects: \(rates.isEmpty ? "not known" : rates). \(words.failures)."),
      "</figure>",
    ]
  }

  /// Sockets by state over time; nothing where they are not known.
  func states() -> [String] {
    guard let chart = ReportChart.states(id: "\(id)-states", words) else { return [] }
    let shown = ReportChart.statesShown(words.report)
    let most = shown.map { state in
      let most = words.report.columns.compactMap { $0.states[state.rawValue] }.max() ?? 0
      return (state: state, text: Decimal.grouped(most))
    }
    var lines = [
      "<h2>Sockets by state</h2>",
      "<p class=\"lead\">Sockets that hold a port of the range, stacked; of the last count.</p>",
      "<figure>",
      chart.svg(
        title: "Sockets by state over time",
        description: most.map { "\($0.state.name): \($0.text) at most." }.joined(separator: " ")),
      "<ul class=\"legend\">",
    ]
    // From the top of the stack to its bottom, as the eye meets them.
    for (state, text) in most.reversed() {
      lines.append(
        "<li><svg class=\"swatch\" viewBox=\"0 0 19 9\" aria-hidden=\"true\">"
          + "<rect class=\"st\(state.rawValue)\" width=\"19\" height=\"9\"/></svg>\(state.name), "
          + "most \(text) <span class=\"now\" data-now=\"\(state.key)\"></span></li>")
    }
    return lines + ["</ul>", "</figure>"]
  }
}
