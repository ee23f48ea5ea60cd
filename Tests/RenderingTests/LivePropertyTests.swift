import Frames
import PropertyTestKit
import Testing

@testable import Rendering

/// What holds for every screen.
@Suite struct LivePropertyTests {
  private static let keys: [Key] =
    [
      .left, .right, .shiftLeft, .shiftRight, .pageUp, .pageDown, .home, .end, .up, .down, .tab,
      .backTab, .enter, .escape, .backspace, .delete, .control("l"), .control("w"),
    ] + [Key].typed(" /s+-?12345jkax容")

  @Test func `any keys on any frames make a screen of exactly its size`() {
    var made = RandomFrames(random: SeededGenerator.fresh())
    for _ in 0..<rounds(150) {
      let replay = made.random.replay
      var data = Self.data(made.data(), &made.random)
      var names = Names(redacted: made.random.oneIn(3))
      var state = LiveState(columns: 80, rows: 24)
      for _ in 0..<25 {
        if made.random.oneIn(4) {
          state.columns = made.random.pick([0, 1, 3, 20, 40, 79, 80, 120, 150, 250, 1000])
          state.rows = made.random.pick([0, 1, 2, 5, 6, 7, 8, 15, 16, 24, 40, 60, 500])
        }
        if made.random.oneIn(6) { data = Self.data(made.data(), &made.random) }
        _ = state.press(made.random.pick(Self.keys), data, &names)
        let style = Style(isColored: made.random.oneIn(2), isUnicode: !made.random.oneIn(3))
        let lines = LiveScreen.lines(state, data, style: style, names: &names)
        #expect(lines.count == state.rows, "\(replay)")
        for line in lines {
          let width = DisplayWidth.ofStyled(line)
          #expect(width <= state.columns, "\(width) of \(state.columns): \(line) \(replay)")
          let plain = line.withoutColors
          let isSafe = plain.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control
              && scalar.properties.generalCategory != .format
          }
          #expect(isSafe, "\(line) \(replay)")
        }
      }
    }
  }

  @Test func `a page of any frames is within its width, and has every table`() {
    var made = RandomFrames(random: SeededGenerator.fresh())
    for _ in 0..<rounds(150) {
      let replay = made.random.replay
      let data = Self.data(made.data(), &made.random)
      var names = Names(redacted: made.random.oneIn(3))
      let columns = made.random.pick([60, 79, 80, 120, 150, 250, 1000])
      let style = Style(
        columns: columns, isColored: made.random.oneIn(2), isUnicode: !made.random.oneIn(3))
      let rows = Int.random(in: 0...30, using: &made.random)
      let lines = LiveScreen.page(
        data, windowNanoseconds: 300_000_000_000, filter: "", mostRows: rows, style: style,
        names: &names)
      for line in lines { #expect(DisplayWidth.ofStyled(line) <= columns, "\(line) \(replay)") }
      guard data.current != nil else { continue }
      let titles = LiveTab.allCases.map { $0.name.uppercased() }
      let heads = lines.map(\.withoutColors).filter { line in
        titles.contains {
          line == $0 || line.hasPrefix("\($0) ") && Int(line.dropFirst($0.count + 1)) != nil
        }
      }
      #expect(heads.count == titles.count, "\(heads) \(replay)")
    }
  }

  private static func data(_ parts: LiveDataParts, _ random: inout SeededGenerator) -> LiveData {
    var data = LiveData(nowNanoseconds: parts.now)
    data.frames = parts.frames
    data.events = parts.events
    data.writer = parts.writer
    data.trouble = parts.trouble
    data.oldestNanoseconds = parts.oldest
    data.newest = parts.frames.last
    data.current = parts.frames.randomElement(using: &random)
    return data
  }
}
