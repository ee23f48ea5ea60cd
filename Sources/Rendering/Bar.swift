internal import Inet

/// Bars of characters.
enum Bar {
  /// A bar of `width` cells, in eighths of a cell: "▕███████▍  ▏".
  static func usage(_ ratio: Double, width: Int, _ style: Style) -> String {
    guard style.isUnicode else {
      let filled = cells(ratio, width)
      return "[" + String(repeating: "#", count: filled)
        + String(repeating: " ", count: width - filled) + "]"
    }
    var eighths = Int((ratio.clamped * Double(width * 8)).rounded(.down))
    if ratio > 0 { eighths = max(1, eighths) }
    var text = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { text.append(partial[eighths % 8 - 1]) }
    return "▕" + text + String(repeating: " ", count: width - text.count) + "▏"
  }

  /// A bar of `width` cells whose filled part is divided by state, each with a texture of its own.
  static func mix(_ states: StateCounts, usage: Double, width: Int, _ style: Style) -> String {
    let filled = cells(usage, width)
    var text = ""
    for (texture, count) in shares(states, cells: filled) {
      text += String(repeating: style.isUnicode ? texture.unicode : texture.ascii, count: count)
    }
    let rest = String(repeating: " ", count: width - text.count)
    return style.isUnicode ? "▕\(text)\(rest)▏" : "[\(text)\(rest)]"
  }

  /// What the textures mean, for those that occur.
  static func legend(_ states: [StateCounts], _ style: Style) -> String {
    Texture.allCases.compactMap { texture in
      guard states.contains(where: { texture.count($0) > 0 }) else { return nil }
      return "\(style.isUnicode ? texture.unicode : texture.ascii) \(texture.words)"
    }.joined(separator: "  ")
  }

  /// The states that a proxy host's questions are about.
  enum Texture: CaseIterable {
    case established
    case timeWait
    case synSent
    case closeWait
    case closing

    var unicode: String {
      switch self {
      case .established: "█"
      case .timeWait: "▒"
      case .synSent: "░"
      case .closeWait: "▚"
      case .closing: "▤"
      }
    }

    var ascii: String {
      switch self {
      case .established: "E"
      case .timeWait: "T"
      case .synSent: "S"
      case .closeWait: "W"
      case .closing: "F"
      }
    }

    var words: String {
      switch self {
      case .established: "established"
      case .timeWait: "time_wait"
      case .synSent: "syn_sent"
      case .closeWait: "close_wait"
      case .closing: "fin_wait, closing, last_ack"
      }
    }

    func count(_ states: StateCounts) -> Int {
      switch self {
      case .established: states[.established]
      case .timeWait: states[.timeWait]
      case .synSent: states[.synSent]
      case .closeWait: states[.closeWait]
      case .closing:
        states[.finWait1] + states[.finWait2] + states[.closing] + states[.lastAck]
      }
    }
  }

  private static let partial: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// Whole cells for a ratio: at least one for anything above zero.
  private static func cells(_ ratio: Double, _ width: Int) -> Int {
    let filled = Int((ratio.clamped * Double(width)).rounded())
    return ratio > 0 ? max(1, filled) : 0
  }

  /// Divides `cells` among the textures by largest remainder, so that they add up.
  private static func shares(_ states: StateCounts, cells: Int) -> [(Texture, Int)] {
    let counts = Texture.allCases.map { $0.count(states) }
    let total = counts.reduce(0, +)
    guard total > 0 else { return [(.established, cells)] }
    var whole = counts.map { $0 * cells / total }
    let remainders = counts.indices.sorted {
      counts[$0] * cells % total > counts[$1] * cells % total
    }
    for index in remainders.prefix(cells - whole.reduce(0, +)) { whole[index] += 1 }
    return zip(Texture.allCases, whole).map { ($0, $1) }
  }
}

extension Double {
  fileprivate var clamped: Double { Swift.min(1, Swift.max(0, self)) }
}
