import Frames
import FramesTestKit
import Kernel
import Live
import OutputTestKit
import Rendering
import Testing

/// The screen in a real terminal: what it shows is what the frames say, and the terminal survives it.
@Suite(.serialized) struct TerminalTests {
  /// The keys as tmux calls them and as we do.
  private static let sequences: [[(String, Key)]] = [
    [],
    [("Left", .left), ("S-Left", .shiftLeft), ("Right", .right)],
    [("PageUp", .pageUp), ("Home", .home), ("S-Right", .shiftRight)],
    [("Tab", .tab), ("Tab", .tab), ("BTab", .backTab)],
    [("4", .character("4")), ("Down", .down), ("Down", .down), ("Up", .up)],
    [("5", .character("5")), ("Down", .down), ("Enter", .enter)],
    [("Down", .down), ("Enter", .enter)],
    [("Enter", .enter), ("Escape", .escape), ("s", .character("s"))],
    [("?", .character("?"))],
    [("/", .character("/")), ("a", .character("a")), ("p", .character("p")), ("Enter", .enter)],
    [("-", .character("-")), ("+", .character("+")), ("+", .character("+")), ("Left", .left)],
  ]

  @Test(arguments: [(80, 24), (200, 50)])
  func `the terminal shows what the frames say, whatever keys are pressed`(
    _ columns: Int, _ rows: Int
  ) throws {
    let story = Story.told(seconds: 235)
    var source = MemoryFrames(story.frames, events: story.events)
    source.writer.isArchive = true
    let screen = try TmuxScreen(columns: columns, rows: rows)
    for keys in Self.sequences {
      try screen.command("\(TmuxScreen.demo) still 235")
      var expected = Expected(source, columns: columns, rows: rows)
      #expect(try screen.wait { $0 == expected.lines } == expected.lines)
      for (name, key) in keys {
        try screen.press(name)
        expected.press(key)
        #expect(try screen.wait { $0 == expected.lines } == expected.lines, "after \(name)")
      }
      try screen.press("C-c")
      _ = try screen.wait { $0.first?.hasPrefix("$") ?? false }
    }
  }

  @Test func `another size makes another picture`() throws {
    let story = Story.told(seconds: 235)
    var source = MemoryFrames(story.frames, events: story.events)
    source.writer.isArchive = true
    let screen = try TmuxScreen(columns: 80, rows: 24)
    try screen.command("\(TmuxScreen.demo) still 235")
    for (columns, rows) in [(120, 40), (40, 12), (20, 5), (80, 24)] {
      try screen.resize(columns: columns, rows: rows)
      let expected = Expected(source, columns: columns, rows: rows).lines
      #expect(try screen.wait { $0 == expected } == expected, "\(columns)x\(rows)")
    }
  }

  @Test func `it is live: the clock goes on until it is held`() throws {
    let screen = try TmuxScreen(columns: 80, rows: 24)
    try screen.command(TmuxScreen.demo)
    let first = try screen.wait { $0[0].contains("LIVE") }[0]
    #expect(first.contains("LIVE · 0."))
    #expect(try screen.wait { $0[0].suffix(12) != first.suffix(12) }[0].contains("LIVE"))
    try screen.press("Space")
    let held = try screen.wait { $0[0].contains("PAUSED") }[0]
    Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_500_000_000)
    #expect(try screen.lines[0].suffix(12) == held.suffix(12))
    try screen.press("End")
    #expect(try screen.wait { $0[0].contains("LIVE") }[0].suffix(12) != held.suffix(12))
  }

  /// Ways out, as the shell's command that follows, and the status that the shell then sees.
  @Test(arguments: [
    ("key q", "0"), ("key C-c", "0"), ("INT", "130"), ("QUIT", "131"), ("TERM", "143"),
    ("HUP", "129"), ("SEGV", "139"), ("ABRT", "134"), ("USR1", "138"), ("PIPE", "141"),
    ("trap", "132 133"),
  ])
  func `the terminal is as it was after every way out`(_ way: String, _ status: String) throws {
    let screen = try TmuxScreen(columns: 80, rows: 24)
    let before = try settings(screen)
    let program = "SWIFT_BACKTRACE=enable=no \(TmuxScreen.demo)"
    try screen.command(way == "trap" ? "\(program) crash 2>/dev/null; echo status $?" : program)
    if way != "trap" {
      _ = try screen.wait { $0[0].contains("LIVE") }
      #expect(try screen.fact("alternate_on") == "1")
      #expect(try screen.fact("cursor_flag") == "0")
    }
    switch way {
    case "trap": break
    case "key q": try screen.press("q")
    case "key C-c": try screen.press("C-c")
    default: try send(way, screen)
    }
    if way != "trap" {
      _ = try screen.wait { _ in (try? screen.fact("alternate_on")) == "0" }
      try screen.command("echo status $?")
    }
    let lines = try screen.wait { lines in lines.contains { $0.hasPrefix("status ") } }
    let seen = lines.first { $0.hasPrefix("status ") }?.dropFirst(7) ?? ""
    #expect(status.split(separator: " ").contains(seen), "\(lines)")
    #expect(try screen.fact("alternate_on") == "0")
    #expect(try screen.fact("cursor_flag") == "1")
    #expect(try screen.fact("wrap_flag") == "1")
    #expect(try settings(screen) == before)
  }

  @Test(arguments: ["key C-z", "TSTP", "STOP"])
  func `stopped, the terminal is as it was; brought back, it is taken again`(_ way: String) throws {
    let screen = try TmuxScreen(columns: 80, rows: 24)
    let before = try settings(screen)
    try screen.command("\(TmuxScreen.demo) still 235")
    // The last line is written last, and not every tmux waits for the whole picture.
    let picture = try screen.wait {
      $0[0].contains("RECORDING") && ($0.last?.hasPrefix("q quit") ?? false)
    }
    if way == "key C-z" { try screen.press("C-z") } else { try send(way, screen) }
    _ = try screen.wait { lines in lines.contains { $0.contains("Stopped") } }
    if way != "STOP" {
      // SIGSTOP cannot be heard; the shell mends the settings then.
      #expect(try screen.fact("alternate_on") == "0")
      #expect(try screen.fact("cursor_flag") == "1")
      #expect(try settings(screen) == before)
    }
    try screen.command("fg")
    #expect(try screen.wait { $0 == picture } == picture)
    #expect(try screen.fact("cursor_flag") == "0")
    try screen.press("q")
    _ = try screen.wait { _ in (try? screen.fact("alternate_on")) == "0" }
    #expect(try settings(screen) == before)
  }

  @Test func `a terminal that goes away takes the program along`() throws {
    func processOfTerminalThatGoes() throws -> String {
      let screen = try TmuxScreen(columns: 80, rows: 24)
      try screen.command(TmuxScreen.demo)
      _ = try screen.wait { $0[0].contains("LIVE") }
      let shell = try screen.fact("pane_pid")
      return try Program("/usr/bin/pgrep", ["-P", shell, "LiveDemo"]).run().text.filter(\.isNumber)
    }
    let process = try processOfTerminalThatGoes()
    #expect(!process.isEmpty)
    let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
    func isThere() throws -> Bool {
      try Program("/bin/sh", ["-c", "kill -0 \(process)"]).run().end == .status(0)
    }
    while try isThere(), Clock.monotonicNanoseconds() < deadline {
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 50_000_000)
    }
    #expect(try !isThere())
  }

  /// What stty says of the terminal.
  private func settings(_ screen: borrowing TmuxScreen) throws -> String {
    let path = "/tmp/ullage-stty-\(Clock.monotonicNanoseconds())"
    try screen.command("stty -a >\(path).new; mv \(path).new \(path)")
    _ = try screen.wait { _ in (try? KernelFile.read(path, limit: 4096)) != nil }
    let text = String(decoding: try KernelFile.read(path, limit: 4096), as: UTF8.self)
    _ = try Program("/bin/rm", [path]).run()
    return text
  }

  /// Sends a signal to the program that runs in the terminal.
  private func send(_ signal: String, _ screen: borrowing TmuxScreen) throws {
    let shell = try screen.fact("pane_pid")
    let run = try Program("/bin/sh", ["-c", "kill -\(signal) $(pgrep -P \(shell) LiveDemo)"]).run()
    #expect(run.end == .status(0), "\(run.message)")
  }
}

/// The picture that the state has after keys, without a terminal.
private struct Expected {
  private var reader: LiveReader<MemoryFrames>
  private var state: LiveState
  private var names = Names()

  init(_ source: MemoryFrames, columns: Int, rows: Int) {
    reader = LiveReader(source)
    state = LiveState(columns: columns, rows: rows)
  }

  mutating func press(_ key: Key) { _ = state.press(key, data, &names) }

  private var data: LiveData {
    var reader = reader
    return reader.read(state, nowNanoseconds: Scenario.start)
  }

  var lines: [String] {
    var names = names
    return LiveScreen.lines(state, data, style: Style(), names: &names)
  }
}
