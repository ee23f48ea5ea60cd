import OutputTestKit
import Testing

/// `ullage replay` of a recording in a real terminal.
@Suite struct ReplayTests {
  private static let ullage = Program.built("ullage").path

  @Test func `it is held, plays, and goes to moments`() throws {
    try withFolder { folder in
      let ring = try makeRing(["280", "500"], folder)
      let screen = try TmuxScreen(columns: 100, rows: 30)
      try screen.command("\(Self.ullage) replay \(ring) --at 30s --hold")
      try expect(screen, "ullage replay", "HELD", "00:30 of 04:39", "02:42:43")
      try screen.press("w")
      try expect(screen, "HELD", "04:00 of 04:39")
      try screen.press("g", "9", "0", "s", "Enter")
      try expect(screen, "HELD", "01:30 of 04:39")
      try screen.press("m")
      try expect(screen, "HELD", "03:19 of 04:39")
      try screen.press("Home", ">", ">", ">", ">", "Space")
      try expect(screen, "PLAYING 30×")
      // It comes to its end by itself.
      try expect(screen, "HELD", "04:39 of 04:39")
      try quit(screen)
    }
  }

  @Test func `what is hostile is shown, and nothing more`() throws {
    try withFolder { folder in
      let ring = try makeRing(["30", "1000", "hostile"], folder)
      let screen = try TmuxScreen(columns: 100, rows: 30)
      try screen.command("\(Self.ullage) replay \(ring) --hold")
      try expect(screen, "ullage replay ·")
      try screen.press("4", "5", "?")
      try quit(screen)
    }
  }

  private func makeRing(_ words: [String], _ folder: String) throws -> String {
    let ring = "\(folder)/run.ring"
    let made = try Program.built("RingDemo", [ring] + words).run()
    #expect(made.end == .status(0), "\(made.message)")
    return ring
  }

  private func expect(_ screen: borrowing TmuxScreen, _ words: String...) throws {
    let lines = try screen.wait { lines in
      words.allSatisfy { lines.first?.contains($0) ?? false }
    }
    for word in words { #expect(lines.first?.contains(word) ?? false, "\(lines)") }
  }

  private func quit(_ screen: borrowing TmuxScreen) throws {
    try screen.press("q")
    let lines = try screen.wait { $0.last { !$0.isEmpty } == "$" }
    #expect(lines.last { !$0.isEmpty } == "$")
  }
}
