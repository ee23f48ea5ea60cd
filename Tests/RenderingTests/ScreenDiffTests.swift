import Testing

@testable import Rendering

@Suite struct ScreenDiffTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `only lines that changed are written, at once`() {
    var diff = ScreenDiff()
    #expect(
      text(diff.bytes(["one", "two"], columns: 10))
        == "\u{1b}[?2026h\u{1b}[2J\u{1b}[1;1Hone\u{1b}[K\u{1b}[2;1Htwo\u{1b}[K\u{1b}[?2026l")
    #expect(diff.bytes(["one", "two"], columns: 10) == [])
    #expect(
      text(diff.bytes(["one", "TWO"], columns: 10))
        == "\u{1b}[?2026h\u{1b}[2;1HTWO\u{1b}[K\u{1b}[?2026l")
  }

  @Test func `a line as wide as the screen keeps its last character`() {
    var diff = ScreenDiff()
    let bytes = text(diff.bytes(["\u{1b}[1mabc\u{1b}[0m", "容x"], columns: 3))
    #expect(!bytes.contains("\u{1b}[K"))
  }

  @Test func `another size or a reset writes everything`() {
    var diff = ScreenDiff()
    _ = diff.bytes(["one", "two"], columns: 10)
    #expect(text(diff.bytes(["one", "two"], columns: 11)).contains("one"))
    #expect(text(diff.bytes(["one"], columns: 11)).contains("\u{1b}[2J"))
    diff.reset()
    #expect(text(diff.bytes(["one"], columns: 11)).contains("one"))
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("容器", 4), ("😀", 2), ("→", 1), ("⣿", 1),
    ("▕█▏", 3), ("Ａ", 2), ("한", 2),
  ])
  func `cells of a text`(_ text: String, _ width: Int) {
    #expect(DisplayWidth.of(text) == width)
    #expect(DisplayWidth.ofStyled("\u{1b}[1;31m\(text)\u{1b}[0m") == width)
  }
}
