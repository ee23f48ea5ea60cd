import PropertyTestKit
import Rendering
import Testing

/// Bytes as keys.
@Suite struct KeyDecoderTests {
  @Test(
    arguments: [
      ("a", [.character("a")]), ("/", [.character("/")]), ("é", [.character("é")]),
      ("容", [.character("容")]), ("😀", [.character("😀")]), ("\r", [.enter]), ("\n", [.enter]),
      ("\t", [.tab]), ("\u{7f}", [.backspace]), ("\u{8}", [.backspace]), ("\u{3}", [.control("c")]),
      ("\u{c}", [.control("l")]), ("\u{1a}", [.control("z")]), ("\u{1b}[A", [.up]),
      ("\u{1b}[B", [.down]), ("\u{1b}[C", [.right]), ("\u{1b}[D", [.left]), ("\u{1b}OA", [.up]),
      ("\u{1b}OD", [.left]), ("\u{1b}OH", [.home]), ("\u{1b}OM", [.enter]),
      ("\u{1b}[1;2D", [.shiftLeft]), ("\u{1b}[1;2C", [.shiftRight]), ("\u{1b}[1;5C", [.shiftRight]),
      ("\u{1b}[1;1C", [.right]), ("\u{1b}[5~", [.pageUp]), ("\u{1b}[6~", [.pageDown]),
      ("\u{1b}[H", [.home]), ("\u{1b}[F", [.end]), ("\u{1b}[1~", [.home]), ("\u{1b}[4~", [.end]),
      ("\u{1b}[7~", [.home]), ("\u{1b}[8~", [.end]), ("\u{1b}[3~", [.delete]),
      ("\u{1b}[Z", [.backTab]), ("q\u{1b}[Aq", [.character("q"), .up, .character("q")]),
      // Not known, not wanted.
      ("\u{1b}[15~", []), ("\u{1b}[[A", []), ("\u{1b}[?1;2c", []), ("\u{1b}x", []),
      ("\u{1b}[200~quit\u{1b}[A\n\u{1b}[201~", []), ("\u{1b}[200~q\u{1b}[201~s", [.character("s")]),
      ("\u{1b}[200~abc\u{3}", [.control("c")]), ("\u{0}", []),
      ("\u{1b}[" + String(repeating: "1;", count: 999) + "Aq", [.shiftUpOrUp, .character("q")]),
      ("\u{1b}\u{1b}[A", [.escape, .up]), ("\u{1b}[1\u{1b}[B", [.down]),
    ] as [(String, [Key])])
  func `what is typed`(_ text: String, _ keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Array(text.utf8)) == keys)
    #expect(!decoder.isPending)
    // The same, split at every place.
    let bytes = Array(text.utf8)
    for place in bytes.indices where bytes.count < 40 {
      var split = KeyDecoder()
      #expect(split.decode(bytes[..<place]) + split.decode(bytes[place...]) == keys, "\(place)")
    }
  }

  @Test func `an Escape that nothing follows is one`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1b]) == [])
    #expect(decoder.isPending)
    #expect(decoder.timeOut() == [.escape])
    #expect(!decoder.isPending)
    #expect(decoder.timeOut() == [])
    #expect(decoder.decode(Array("[A".utf8)) == [.character("["), .character("A")])
  }

  @Test func `a sequence that never ends is given up`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Array("\u{1b}[1;".utf8)) == [])
    #expect(decoder.timeOut() == [])
    #expect(decoder.decode(Array("q".utf8)) == [.character("q")])
  }

  @Test func `a paste whose end is lost swallows keys for a second at most`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Array("\u{1b}[200~lost".utf8)) == [])
    #expect(decoder.decode(Array("q".utf8)) == [])
    for _ in 0..<20 { #expect(decoder.timeOut() == []) }
    #expect(!decoder.isPending)
    #expect(decoder.decode(Array("q".utf8)) == [.character("q")])
  }

  @Test func `bytes that are no UTF-8 are no keys`() {
    var decoder = KeyDecoder()
    let bad: [[UInt8]] = [
      [0xff], [0xc3, 0x28], [0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ]
    for bytes in bad {
      let keys = decoder.decode(bytes)
      #expect(keys == (bytes == [0xc3, 0x28] ? [.character("(")] : []), "\(bytes)")
    }
    #expect(decoder.decode(Array("q".utf8)) == [.character("q")])
  }

  @Test func `random bytes, split anyhow, neither crash nor keep the keyboard`() {
    var random = SeededGenerator.fresh()
    let telling: [UInt8] = Array("\u{1b}[O~;0123456789ABCDHFMZ?\u{3}q".utf8) + [0xc3, 0xf0, 0x80]
    for _ in 0..<rounds(2000) {
      var decoder = KeyDecoder()
      for _ in 0..<Int.random(in: 0..<20, using: &random) {
        let bytes = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
          random.oneIn(4) ? UInt8.random(in: 0...255, using: &random) : random.pick(telling)
        }
        #expect(decoder.decode(bytes).count <= bytes.count * 2, "\(random.replay)")
        if random.oneIn(3) { _ = decoder.timeOut() }
      }
      for _ in 0..<20 { _ = decoder.timeOut() }
      #expect(!decoder.isPending, "\(random.replay)")
      #expect(decoder.decode([UInt8(ascii: "q")]) == [.character("q")], "\(random.replay)")
    }
  }
}

extension Key {
  /// Arrow up has no shifted form.
  fileprivate static var shiftUpOrUp: Key { .up }
}
