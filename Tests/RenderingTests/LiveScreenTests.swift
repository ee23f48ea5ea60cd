import Frames
import FramesTestKit
import OutputTestKit
import Testing

@testable import Rendering

/// The live screen as golden files.
@Suite struct LiveScreenTests {
  private let golden = Golden(besides: #filePath)

  private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var screen: MadeUpScreen

    init(
      _ name: String, _ screen: MadeUpScreen, _ change: (inout MadeUpScreen) -> Void = { _ in }
    ) {
      self.name = name
      self.screen = screen
      change(&self.screen)
    }

    var testDescription: String { name }
  }

  private static let cases = [
    Case("live-80", MadeUpScreen(seconds: 235, 80, 24)),
    Case("live-120", MadeUpScreen(seconds: 235, 120, 40)),
    Case("live-250", MadeUpScreen(seconds: 235, 250, 60)),
    Case("live-ascii-80", MadeUpScreen(seconds: 235, 80, 24)) { $0.style.isUnicode = false },
    Case("live-colour-80", MadeUpScreen(seconds: 235, 80, 24)) { $0.style.isColored = true },
    Case("live-redacted-120", MadeUpScreen(seconds: 235, 120, 40)) {
      $0.names = Names(redacted: true)
    },
    Case("live-exhausted-80", MadeUpScreen(seconds: 262, 80, 24)),
    Case("live-drained-120", MadeUpScreen(seconds: 350, 120, 30)),
    Case("live-stale-80", MadeUpScreen(seconds: 235, 80, 24)) { $0.age = 42_000_000_000 },
    Case("live-stopped-80", MadeUpScreen(seconds: 235, 80, 24)) {
      $0.change = { $0.writer?.isClosed = true }
    },
    Case("live-absent-80", MadeUpScreen(Story(), 80, 24)) { $0.change = { $0.writer = nil } },
    Case("live-waiting-80", MadeUpScreen(Story(), 80, 24)),
    Case("live-trouble-80", MadeUpScreen(seconds: 20, 80, 24)) {
      $0.change = {
        $0.trouble = "cannot open /run/ullage/host.ring: permission denied (EACCES 13)"
        $0.losses.lapped = 3
      }
    },
    Case("live-recording-80", MadeUpScreen(seconds: 235, 80, 24)) {
      $0.change = { $0.writer?.isArchive = true }
    },
    Case("live-idle-80", MadeUpScreen(Story(), 80, 24)) {
      $0.change = { data in
        data.frames = Story.idle
        data.newest = data.frames.last
        data.current = data.newest
        data.oldestNanoseconds = data.frames.first?.takenAtNanoseconds
        data.nowNanoseconds = (data.newest?.takenAtNanoseconds ?? 0) + 300_000_000
        data.writer = MemoryFrames(data.frames).writer
      }
    },
    Case(
      "live-past-80", MadeUpScreen(seconds: 262, 80, 24, keys: [.left, .shiftLeft, .shiftLeft])),
    Case("live-paused-80", MadeUpScreen(seconds: 235, 80, 24, keys: [.character(" ")])),
    Case("live-hour-80", MadeUpScreen(seconds: 3000, 80, 24, keys: .typed("---"))),
    Case("live-detail-80", MadeUpScreen(seconds: 235, 80, 24, keys: [.enter])),
    Case("live-detail-end-80", MadeUpScreen(seconds: 235, 80, 24, keys: [.enter, .down, .down])),
    Case("live-detail-120", MadeUpScreen(seconds: 235, 120, 40, keys: [.down, .enter])),
    Case("live-help-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("?"))),
    Case("live-help-ascii-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("?"))) {
      $0.style.isUnicode = false
    },
    Case("live-addresses-80", MadeUpScreen(seconds: 235, 80, 24, keys: [.tab])),
    Case("live-addresses-200", MadeUpScreen(seconds: 235, 200, 30, keys: [.tab])),
    Case("live-owners-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("3"))),
    Case("live-states-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("4"))),
    Case("live-states-250", MadeUpScreen(seconds: 235, 250, 60, keys: .typed("4"))),
    Case("live-events-80", MadeUpScreen(seconds: 350, 80, 24, keys: .typed("5"))),
    Case(
      "live-filter-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("/api") + [.enter])),
    Case("live-filtering-80", MadeUpScreen(seconds: 235, 80, 24, keys: .typed("/nobody"))),
    Case("live-sorted-120", MadeUpScreen(seconds: 235, 120, 30, keys: .typed("sssss"))),
    Case("live-namespaces-80", MadeUpScreen(seconds: 235, 80, 24)) {
      $0.change = MadeUpScreen.addRings
      $0.press(.character("n"))
      $0.press(.down)
    },
    Case("live-namespaces-120", MadeUpScreen(seconds: 235, 120, 30)) {
      $0.change = MadeUpScreen.addRings
      $0.press(.character("n"))
    },
    Case("live-many-80", MadeUpScreen(seconds: 235, 120, 24)) {
      $0.change = MadeUpScreen.addRings
    },
    Case("live-removed-80", MadeUpScreen(seconds: 235, 80, 24)) {
      $0.change = { $0.isRemoved = true }
    },
    Case("live-20", MadeUpScreen(seconds: 235, 20, 5)),
    Case("live-40", MadeUpScreen(seconds: 235, 40, 12)),
  ]

  @Test(arguments: cases) private func `the screen is as it was`(_ made: Case) throws {
    let text = made.screen.lines.map { $0 + "\n" }.joined()
    let difference = try golden.difference("\(made.name).txt", Array(text.utf8))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: cases) private func `colour adds nothing but colour`(_ made: Case) {
    var plain = made.screen, colored = made.screen
    plain.style.isColored = false
    colored.style.isColored = true
    #expect(colored.lines.map(\.withoutColors) == plain.lines)
  }

  @Test(arguments: cases) private func `a screen in ASCII has nothing else`(_ made: Case) {
    var screen = made.screen
    screen.style.isUnicode = false
    screen.style.isColored = false
    for line in screen.lines { #expect(line.utf8.allSatisfy { $0 < 0x7f }, "\(line)") }
  }

  @Test func `failed connects of other namespaces are told to be the host's`() {
    var screen = MadeUpScreen(seconds: 262, 250, 60)
    let all = screen.lines.joined()
    #expect(all.contains("failed connects 318/s"), "\(all)")
    screen.change = { data in
      data.current?.counters[.connectFailuresAttributed] = 318
      data.current?.counters[.connectFailuresElsewhere] = 318
    }
    let none = screen.lines.joined()
    #expect(none.contains("failed connects 0/s here, 318/s on the host"), "\(none)")
  }

  @Test func `a redacted screen has no address and no name`() {
    for number in 1...5 {
      var screen = MadeUpScreen(seconds: 350, 250, 60, keys: .typed("\(number)"))
      screen.names = Names(redacted: true)
      for line in screen.lines {
        for secret in ["10.0", "10.1", "haproxy", "api.service", "www-data", "web-17", "second"] {
          #expect(!line.contains(secret), "\(line)")
        }
      }
    }
  }

  @Test func `a redacted list of namespaces has no name of theirs`() {
    var screen = MadeUpScreen(seconds: 235, 120, 30)
    screen.change = MadeUpScreen.addRings
    screen.names = Names(redacted: true)
    screen.press(.character("n"))
    for line in screen.lines {
      for secret in ["shop-frontend", "docker", "10.0", "10.1"] {
        #expect(!line.contains(secret), "\(line)")
      }
    }
  }

  @Test func `a name is never wider than its column, whatever it is made of`() {
    var screen = MadeUpScreen(seconds: 20, 80, 24, keys: .typed("3"))
    screen.change = { data in
      data.current?.owners[0].name = "容器-一二三四五六七八九十-👩‍👩‍👧‍👦-e\u{301}\u{302}-\u{1b}[31m\u{202e}"
    }
    for line in screen.lines {
      #expect(DisplayWidth.of(line) <= 80)
      #expect(!line.unicodeScalars.contains("\u{1b}"))
    }
    // The columns behind the name stand where they stood.
    let rows = screen.lines.filter { $0.contains("▕") }
    let places = rows.map { row in
      DisplayWidth.of(String(row.prefix { $0 != "▕" }))
    }
    #expect(Set(places).count == 1, "\(rows)")
  }

  @Test(arguments: [80, 120])
  func `a page has the newest state in all its tables`(_ columns: Int) throws {
    let screen = MadeUpScreen(seconds: 235, columns, 30)
    var names = Names(redacted: columns == 120)
    let lines = LiveScreen.page(
      screen.data, windowNanoseconds: 300_000_000_000, filter: "", mostRows: 5,
      style: Style(columns: columns, isUnicode: columns == 80), names: &names)
    let text = lines.joined(separator: "\n") + "\n"
    let difference = try golden.difference("live-page-\(columns).txt", Array(text.utf8))
    #expect(difference == nil, "\(difference ?? "")")
  }
}

extension String {
  /// The text without sequences that select colours.
  var withoutColors: String {
    var plain = ""
    var isInSequence = false
    for scalar in unicodeScalars {
      if scalar == "\u{1b}" { isInSequence = true }
      if !isInSequence { plain.unicodeScalars.append(scalar) }
      if scalar == "m" { isInSequence = false }
    }
    return plain
  }
}
