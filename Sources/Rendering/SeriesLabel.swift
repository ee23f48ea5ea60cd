internal import Pools

/// What stands beside the end of a line in a picture: the pool, or the pools that share it.
struct SeriesLabel {
  /// All names.
  let name: String
  /// The name as it is broken into lines.
  let lines: [String]
  let figures: String

  /// The label of `group`, which is not empty and whose members look the same.
  init(_ group: [PoolSeries], _ names: inout Names) {
    var texts: [String] = []
    for pool in group { texts.append(Sentences.name(pool.key, &names)) }
    name = texts.joined(separator: ", ")
    let more = group.count > 1 ? ["and \(group.count - 1) alike"] : []
    lines = TextWrap.lines(texts[0], first: 30, 30) + more
    figures = "\(Decimal.percent(group[0].last)) · most \(Decimal.percent(group[0].maximum))"
  }

  /// By the width of our figures: 12 px text is about 6.9 px a character in the widest common font.
  var width: Double { Double((lines + [figures]).map(\.count).max() ?? 0) * 6.9 }

  var height: Double { Double(lines.count + 1) * 15 }
}
