internal import Frames

/// What the screen says about a replay.
extension LiveReplay {
  /// Whether it plays, and where it is: "PLAYING 4×", "1:23 of 5:00".
  func status(_ moment: UInt64, _ style: Style) -> [(String, Tone)] {
    let word = isPlaying ? "PLAYING \(speedText(style))" : "HELD"
    let elapsed = moment - min(moment, fromNanoseconds)
    let length = throughNanoseconds - fromNanoseconds
    return [
      (word, isPlaying ? .good : .warning),
      (
        "\(LiveWords.clock(nanoseconds: elapsed)) of \(LiveWords.clock(nanoseconds: length))",
        .plain
      ),
    ]
  }

  /// The keys that are hinted at, the most useful first.
  func hints(_ arrows: (time: String, select: String, open: String)) -> [(String, String)] {
    [
      ("q", "quit"), ("?", "help"), ("space", isPlaying ? "hold" : "play"), (arrows.time, "time"),
      ("<>", "slower, faster"), ("m/M", "next, last mark"), (arrows.select, "select"),
      (arrows.open, "details"), ("w", "worst"), ("g", "go to"), ("tab", "next tab"),
      ("/", "filter"), ("s", "sort"), ("+/-", "zoom"),
    ]
  }

  /// The keys of a replay, explained.
  static let help: [(String, String)] = [
    ("space", "play, hold; at the end: from the beginning"),
    ("<  >", "slower, faster"),
    ("m  M", "the next, the last moment at which something happened"),
    ("w", "the moment at which it was tightest"),
    ("g", "go to a moment: 41s, 02:47:13, begin, end, worst"),
    ("home  end", "the beginning; the end"),
  ]

  /// What is being typed, and what it may be.
  func prompt(_ style: Style) -> LiveLine? {
    guard let asked else { return nil }
    var line = LiveLine(style)
    line.add("go to: \(asked)", .bold)
    line.add(style.isUnicode ? "▏" : "_", .bold)
    let isWrong = !asked.isEmpty && moment(asked) == nil
    line.add(
      isWrong ? "  not a moment yet: 41s, 02:47:13, worst" : "  Enter goes, Esc does not", .dim)
    return line
  }
}
