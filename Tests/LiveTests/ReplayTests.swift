import OutputTestKit
import Testing

/// `ullage replay` of a recording in a real terminal.
@Suite struct ReplayTests {
  private func withRing(
    _ words: [String], _ body: (borrowing TmuxScreen, String) throws -> Void
  ) throws {
    try withFolder { folder in
      let ring = "\(folder)/run.ring"
      let made = try Program.built("RingDemo", [ring] + words).run()
      #expect(made.end == .status(0), "\(made.message)")
      try body(try TmuxScreen(columns: 100, rows: 30), ring)
    }
  }

  private static let ullage = Program.built("ullage").path

  @Test func `it is held, plays, and goes to moments`() throws {
    try withRing(["280", "500"]) { screen, ring in
      try screen.command("\(Self.ullage) replay \(ring) --at 30s --hold")
      func expect(_ words: String...) throws {
        let lines = try screen.wait { lines in words.allSatisfy { lines[0].contains($0) } }
        for word in words { #expect(lines[0].contains(word), "\(lines[0])") }
      }
      try expect("ullage replay", "HELD", "00:30 of 04:39", "02:42:43")
      try screen.press("w")
      try expect("HELD", "04:00 of 04:39")
      try screen.press("g", "9", "0", "s", "Enter")
      try expect("HELD", "01:30 of 04:39")
      try screen.press("m")
      try expect("HELD", "03:19 of 04:39")
      try screen.press("Home", ">", ">", ">", ">", "Space")
      try expect("PLAYING 30×")
      // Ten seconds at most: it has come to its end by itself.
      try expect("HELD", "04:39 of 04:39")
      try screen.press("q")
      let lines = try screen.wait { $0.contains("$") }
      #expect(lines.contains("$"))
    }
  }

  @Test func `what is hostile is shown, and nothing more`() throws {
    try withRing(["30", "1000", "hostile"]) { screen, ring in
      try screen.command("\(Self.ullage) replay \(ring) --hold")
      let lines = try screen.wait { $0[0].contains("HELD") }
      #expect(lines[0].contains("HELD"), "\(lines[0])")
      try screen.press("4", "5", "?", "q")
      #expect(try screen.wait { $0.contains("$") }.contains("$"))
    }
  }
}
