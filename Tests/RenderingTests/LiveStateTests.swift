import Frames
import FramesTestKit
import Testing

@testable import Rendering

/// What keys do to the state.
@Suite struct LiveStateTests {
  private static let second: UInt64 = 1_000_000_000
  private static var newest: UInt64 { Scenario.start + 234 * second }

  /// The moment after the keys, in seconds before the newest; nil: live.
  @Test(
    arguments: [
      ([.left], 4), ([.left, .left], 8), ([.left, .right], nil), ([.shiftLeft], 40),
      ([.shiftLeft, .right], 36), ([.shiftLeft, .shiftRight], nil), ([.pageUp], 234),
      ([.home], 234), ([.home, .left], 234), ([.home, .right], 230), ([.home, .end], nil),
      ([.home, .pageDown], nil), ([.right], nil), ([.character(" ")], 0),
      ([.character(" "), .character(" ")], nil), ([.character(" "), .left], 4),
      ([.character(" "), .left, .right], 0), ([.left, .character(" ")], nil),
      ([.left, .escape], nil),
      // Of a narrower window a column is less than a frame, and the step is a frame.
      ([.character("+"), .character("+"), .left], 1),
      ([.character("+"), .character("+"), .shiftLeft], 10),
      ([.character("+"), .character("+"), .pageUp], 60),
    ] as [([Key], Int?)])
  func `keys move in time`(_ keys: [Key], _ seconds: Int?) {
    let screen = MadeUpScreen(seconds: 235, 80, 24, keys: keys)
    let before = screen.state.moment.map { _ in
      Int((Self.newest - (screen.data.current?.takenAtNanoseconds ?? 0)) / Self.second)
    }
    #expect(before == seconds)
    #expect(screen.state.isPaused == (keys.first == .character(" ") && seconds != nil))
  }

  @Test func `the window goes along with the moment and comes back`() throws {
    var screen = MadeUpScreen(seconds: 2000, 80, 24)
    for key in [Key.pageUp, .pageUp, .pageUp] { screen.press(key) }
    let moment = try #require(screen.state.moment)
    let (start, end) = screen.state.window(screen.data)
    #expect(start < moment && moment <= end)
    #expect(end - start == screen.state.windowNanoseconds)
    for _ in 0..<200 {
      screen.press(.shiftRight)
      let (start, end) = screen.state.window(screen.data)
      if let moment = screen.state.moment { #expect(start < moment && moment <= end) }
    }
    #expect(screen.state.moment == nil)
    #expect(screen.state.windowEnd == nil)
  }

  @Test func `one step back leads across a gap`() {
    var story = Story.told(seconds: 100)
    story.forget(seconds: 20..<90)
    var screen = MadeUpScreen(story, 80, 24)
    for _ in 0..<4 { screen.press(.left) }
    let after = screen.data.current?.takenAtNanoseconds ?? 0
    #expect(after < Scenario.start + 20 * Self.second)
    screen.press(.right)
    #expect(screen.data.current?.takenAtNanoseconds ?? 0 > after)
  }

  @Test(
    arguments: [
      ([.tab], .addresses), ([.tab, .tab], .owners), ([.backTab], .events),
      ([.tab, .backTab], .pools), (.typed("4"), .states), (.typed("9"), .pools),
      ([.tab, .tab, .tab, .tab, .tab], .pools),
    ] as [([Key], LiveTab)])
  func `tabs`(_ keys: [Key], _ tab: LiveTab) {
    #expect(MadeUpScreen(seconds: 20, 80, 24, keys: keys).state.tab == tab)
  }

  @Test(arguments: [
    ("+", 120), ("++", 60), ("-", 900), ("--", 1800), ("+-", 300), ("++++", 10),
    ("+++++++", 10), ("--------------", 604_800), ("=_", 300),
  ])
  func `zoom`(_ keys: String, _ seconds: UInt64) {
    let screen = MadeUpScreen(seconds: 235, 80, 24, keys: .typed(keys))
    #expect(screen.state.windowNanoseconds == seconds * Self.second)
  }

  @Test(
    arguments: [
      (.typed("/web"), "web", true), (.typed("/web") + [.enter], "web", false),
      (.typed("/web") + [.escape], "", false), (.typed("/web") + [.enter, .escape], "", false),
      (.typed("/web") + [.backspace], "we", true), ([.character("/"), .backspace], "", false),
      (.typed("/a bc") + [.control("w")], "a ", true), (.typed("/web") + [.control("u")], "", true),
      (.typed("/q?s") + [.up, .tab, .left], "q?s", true),
      (.typed("/" + String(repeating: "x", count: 99)), String(repeating: "x", count: 64), true),
    ] as [([Key], String, Bool)])
  func `the filter is a line that is edited`(_ keys: [Key], _ filter: String, _ isEditing: Bool) {
    let screen = MadeUpScreen(seconds: 20, 80, 24, keys: keys)
    #expect(screen.state.filter == filter)
    #expect(screen.state.isEditingFilter == isEditing)
    #expect(screen.state.tab == .pools && screen.state.moment == nil)
  }

  @Test(
    arguments: [
      (.character("q"), .quit), (.control("c"), .quit), (.control("l"), .redraw),
      (.control("z"), .suspend), (.character("x"), .goOn), (.delete, .goOn),
    ] as [(Key, LiveReaction)])
  func `keys that are not about the state`(_ key: Key, _ reaction: LiveReaction) {
    var screen = MadeUpScreen(seconds: 20, 80, 24)
    let before = screen.state
    #expect(screen.press(key) == reaction)
    #expect(screen.state == before)
  }

  @Test func `ctrl-C quits wherever one is, q where it is no text`() {
    for keys in [[Key].typed("/"), .typed("?"), [.enter]] {
      var screen = MadeUpScreen(seconds: 20, 80, 24, keys: keys)
      #expect(screen.press(.control("c")) == .quit)
      #expect(screen.press(.character("q")) == (keys == .typed("/") ? .goOn : .quit))
    }
  }

  @Test func `the selection stays with its pool when the order changes`() throws {
    var screen = MadeUpScreen(seconds: 235, 80, 24, keys: [.down, .down])
    let selected = try #require(screen.state.selection[.pools])
    let before = screen.lines.first { $0.hasPrefix("▸") }
    screen.press(.character("s"))
    screen.press(.character("s"))
    #expect(screen.state.selection[.pools] == selected)
    #expect(screen.lines.first { $0.hasPrefix("▸") } == before)
    for _ in 0..<20 { screen.press(.up) }
    #expect(screen.lines.firstIndex { $0.hasPrefix("▸") } == 13)
    for _ in 0..<20 { screen.press(.down) }
    #expect(screen.lines.firstIndex { $0.hasPrefix("▸") } == 20)
  }

  @Test func `Enter opens a pool, goes from an alarm to its pool, from an event to its moment`() {
    #expect(MadeUpScreen(seconds: 235, 80, 24, keys: [.enter]).state.isDetailOpen)
    let closed = MadeUpScreen(seconds: 235, 80, 24, keys: [.enter, .escape]).state
    #expect(!closed.isDetailOpen && closed.moment == nil)
    let alarm = MadeUpScreen(seconds: 235, 80, 24, keys: .typed("5") + [.enter]).state
    #expect(alarm.tab == .pools && alarm.selection[.pools] == .pool(Scenario.key))
    let event = MadeUpScreen(seconds: 235, 80, 24, keys: .typed("5") + [.down, .enter])
    let raised = event.story.events.last { $0.kind == .alarmRaised }
    #expect(event.state.moment == raised?.atNanoseconds)
  }

  @Test func `help closes on any key, which does nothing else`() {
    let screen = MadeUpScreen(seconds: 235, 80, 24, keys: .typed("?") + [.tab])
    #expect(!screen.state.isHelpOpen && screen.state.tab == .pools)
  }

  @Test func `a ring is chosen from a list, and the moment stays`() throws {
    var screen = MadeUpScreen(seconds: 235, 80, 24, keys: [.left])
    let moment = screen.state.moment
    #expect(screen.press(.character("n")) == .goOn)
    #expect(!screen.state.isRingListOpen, "there is none to choose")
    screen.change = MadeUpScreen.addRings
    screen.press(.character("n"))
    #expect(screen.state.isRingListOpen)
    let rings = screen.data.rings
    let place = try #require(rings.firstIndex { $0.path == screen.data.ring })
    // The one that is shown is the one to begin with, and choosing it changes nothing.
    #expect(screen.press(.enter) == .goOn)
    #expect(!screen.state.isRingListOpen)
    screen.press(.character("n"))
    for _ in 0..<rings.count { screen.press(.down) }
    for _ in 0..<rings.count { screen.press(.up) }
    #expect(screen.state.selectedRing == rings[0].path)
    screen.press(.down)
    #expect(screen.press(.enter) == (place == 1 ? .goOn : .open(rings[1].path)))
    screen.state.changeRing()
    #expect(screen.state.moment == moment && moment != nil)
    screen.press(.character("n"))
    screen.press(.escape)
    #expect(!screen.state.isRingListOpen && screen.state.moment == moment)
    #expect(screen.press(.character("q")) == .quit)
  }

  @Test func `what is selected and gone from the list gives way to what is shown`() {
    var screen = MadeUpScreen(seconds: 20, 80, 24)
    screen.change = MadeUpScreen.addRings
    screen.press(.character("n"))
    screen.state.selectedRing = "/run/ullage/gone.ring"
    let data = screen.data
    #expect(screen.state.ringPlace(data).map { data.rings[$0].path } == data.ring)
    var none = data
    none.rings = []
    #expect(screen.state.ringPlace(none) == nil)
    #expect(screen.state.press(.enter, none, &screen.names) == .goOn)
  }

  @Test func `rings come in the order of trouble, what is past last`() {
    let rings = {
      var data = MadeUpScreen(seconds: 235, 80, 24).data
      MadeUpScreen.addRings(&data)
      return data.rings
    }()
    #expect(rings.map(\.namespace).first == "host" && rings.map(\.namespace).last == "old")
    #expect(rings[1].namespace == "shop-frontend-7d4b9c5f68-x2x9q")
    #expect(rings.first { $0.namespace == "netns:4026532200" }?.usage == nil)
  }
}
