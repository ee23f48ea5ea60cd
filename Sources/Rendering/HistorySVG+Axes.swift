internal import Frames

/// Axes, stretches without frames, events and failures.
extension HistorySVG {
  mutating func drawAxes() {
    let (x0, x1) = (Self.text(left), Self.text(right))
    for percent in [0, 25, 50, 75, 100] {
      let y = y(Double(percent) / 100)
      let kind = percent == 0 ? "axis" : "grid"
      lines.append(
        "<line class=\"\(kind)\" x1=\"\(x0)\" x2=\"\(x1)\" y1=\"\(Self.text(y))\" "
          + "y2=\"\(Self.text(y))\"/>")
      lines.append(
        "<text class=\"dim\" text-anchor=\"end\" x=\"\(Self.text(left - 8))\" "
          + "y=\"\(Self.text(y + 4))\">\(percent) %</text>")
    }
    let axis = TimeAxis(
      from: history.fromNanoseconds, through: history.throughNanoseconds,
      atMost: Int((right - left) / 72))
    for tick in axis.ticks {
      let x = x(tick.atNanoseconds)
      lines.append(
        "<line class=\"axis\" x1=\"\(Self.text(x))\" x2=\"\(Self.text(x))\" "
          + "y1=\"\(Self.text(bottom))\" y2=\"\(Self.text(bottom + 5))\"/>")
      lines.append(
        "<text class=\"dim\" text-anchor=\"middle\" x=\"\(Self.text(x))\" "
          + "y=\"\(Self.text(bottom + 19))\">\(tick.label)</text>")
    }
    lines.append(
      "<text class=\"dim\" x=\"20\" y=\"\(Self.text(bottom + 19))\">UTC</text>")
  }

  mutating func drawGaps() {
    for gap in history.gaps {
      let (start, end) = (x(gap.from), x(gap.through))
      guard end - start >= 1 else { continue }
      lines.append(
        "<rect class=\"gap\" x=\"\(Self.text(start))\" y=\"\(Self.text(top))\" "
          + "width=\"\(Self.text(end - start))\" height=\"\(Self.text(plotHeight))\">"
          + "<title>no frames from \(HistorySentences.clock(gap.from)) to "
          + "\(HistorySentences.clock(gap.through))</title></rect>")
      guard end - start >= 64 else { continue }
      lines.append(
        "<text class=\"dim\" text-anchor=\"middle\" x=\"\(Self.text((start + end) / 2))\" "
          + "y=\"\(Self.text(top + plotHeight / 2))\">no frames</text>")
    }
  }

  /// A line through the plot and a mark above it; what happened is its title, and stands beside the
  /// mark as far as there is room.
  mutating func drawEvents() {
    for (index, event) in history.events.enumerated() {
      let place = x(event.atNanoseconds), x = Self.text(place)
      let isLast = index + 1 == history.events.count
      let room = (isLast ? right : self.x(history.events[index + 1].atNanoseconds) - 10) - place - 8
      let words = event.text.isEmpty ? EventMark.words(event.kind) : names.freeText(event.text)
      let mark = EventMark.character(event.kind, Style())
      lines.append(
        "<g><title>\(HistorySentences.clock(event.atNanoseconds)) \(XMLText.escaped(words))</title>"
          + "<line class=\"event\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.text(top - 20))\" "
          + "y2=\"\(Self.text(bottom))\"/>"
          + "<text class=\"mark\" text-anchor=\"middle\" x=\"\(x)\" "
          + "y=\"\(Self.text(top - 22))\">\(mark)</text></g>")
      let count = Int(max(0, room) / 6.9)
      guard count >= 6 else { continue }
      let shown = words.count > count ? words.prefix(count - 1) + "…" : words
      lines.append(
        "<text class=\"dim\" x=\"\(Self.text(place + 8))\" y=\"\(Self.text(top - 22))\">"
          + "\(XMLText.escaped(shown))</text>")
    }
  }

  /// The room that failures take below the time labels.
  var failureHeight: Double { (HistorySentences.failures(history) ?? 0) > 0 ? 52 : 0 }

  mutating func drawFailures() {
    guard let total = HistorySentences.failures(history), total > 0 else { return }
    let count = 160, floor = bottom + 72
    var bars = [UInt64](repeating: 0, count: count)
    for frame in history.frames {
      let index = PlotColumns.index(
        of: frame.takenAtNanoseconds, from: history.fromNanoseconds,
        through: history.throughNanoseconds, count: count)
      bars[index] &+= frame.counters[.connectFailures] ?? 0
    }
    let most = Double(max(1, bars.max() ?? 1)), step = (right - left) / Double(count)
    let path = bars.enumerated().filter { $0.element > 0 }.map { index, bar in
      let height = max(1, Double(bar) / most * 34)
      return "M\(Self.text(left + Double(index) * step)) \(Self.text(floor))"
        + "v-\(Self.text(height))h\(Self.text(max(0.8, step - 0.6)))v\(Self.text(height))Z"
    }.joined()
    lines.append("<path class=\"fail\" d=\"\(path)\"/>")
    lines.append(
      "<line class=\"axis\" x1=\"\(Self.text(left))\" x2=\"\(Self.text(right))\" "
        + "y1=\"\(Self.text(floor))\" y2=\"\(Self.text(floor))\"/>")
    lines.append(
      "<text x=\"\(Self.text(right + 16))\" y=\"\(Self.text(floor))\">"
        + "\(Decimal.grouped(total)) connects failed</text>")
  }
}
