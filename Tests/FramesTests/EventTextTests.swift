import Frames
import PropertyTestKit
import Testing

@Suite struct EventTextTests {
  @Test(
    arguments: [
      ("phase 2", "phase 2"), ("  a \t\n b  ", "a b"), ("a\u{1b}[31mb", "a [31mb"),
      ("a\u{202e}b\u{9b}c", "a b c"), ("grün 🙂", "grün 🙂"), ("a\u{2028}b", "a b"),
      ("\u{0}\u{7}", nil), ("", nil), ("   ", nil),
    ] as [(String, String?)])
  func `a text is one line that a terminal only shows`(_ text: String, _ cleaned: String?) {
    #expect(EventText.cleaned(text.utf8, byteCountMax: 200) == cleaned)
  }

  @Test func `it is cut between characters, and what is no UTF-8 is replaced`() {
    #expect(EventText.cleaned("aüb".utf8, byteCountMax: 2) == "a")
    #expect(EventText.cleaned("aüb".utf8, byteCountMax: 3) == "aü")
    #expect(EventText.cleaned("ab cd".utf8, byteCountMax: 3) == "ab")
    #expect(EventText.cleaned([0x61, 0xff, 0x62], byteCountMax: 9) == "a\u{fffd}b")
  }

  @Test func `any bytes make a text within the bound, and a text that is clean stays`() {
    var generator = SeededGenerator.fresh()
    for _ in 0..<500 {
      let bytes = (0..<generator.small(300)).map { _ in UInt8.random(in: 0...255, using: &generator)
      }
      guard let text = EventText.cleaned(bytes, byteCountMax: 50) else { continue }
      #expect(!text.isEmpty && text.utf8.count <= 50, "\(generator.replay)")
      #expect(EventText.cleaned(text.utf8, byteCountMax: 50) == text, "\(generator.replay)")
    }
  }
}
