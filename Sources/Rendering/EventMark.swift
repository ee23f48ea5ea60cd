internal import Frames

/// The character that stands for a kind of event on a time axis.
enum EventMark {
  static func character(_ kind: Event.Kind, _ style: Style) -> Character {
    guard style.isUnicode else { return ascii(kind) }
    return switch kind {
    case .alarmRaised: "▲"
    case .alarmCleared: "△"
    case .rangeChanged: "◆"
    case .collectorStarted: "▸"
    case .collectorStopped: "■"
    case .configurationReloaded: "◇"
    case .mark: "●"
    case .sampleFailed: "✕"
    case .clockChanged: "○"
    case .samplesMissed: "▫"
    case .samplesRecovered: "✓"
    case .connectsFailed: "✖"
    case .runStarted: "▶"
    case .runEnded: "◼"
    }
  }

  private static func ascii(_ kind: Event.Kind) -> Character {
    switch kind {
    case .alarmRaised: "A"
    case .alarmCleared: "a"
    case .rangeChanged: "R"
    case .collectorStarted: ">"
    case .collectorStopped: "|"
    case .configurationReloaded: "C"
    case .mark: "M"
    case .sampleFailed: "x"
    case .clockChanged: "T"
    case .samplesMissed: "?"
    case .samplesRecovered: "+"
    case .connectsFailed: "!"
    case .runStarted: "("
    case .runEnded: ")"
    }
  }

  /// What an event is called where there is no text.
  static func words(_ kind: Event.Kind) -> String {
    kind.name.split(separator: "_").joined(separator: " ")
  }
}
