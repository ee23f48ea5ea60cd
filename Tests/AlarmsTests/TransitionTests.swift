import Alarms
import Frames
import Kernel
import Testing

/// The transitions of a rule on the namespace: seed 000's alarm and its likes.
@Suite struct TransitionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let hits: Int
    let ports: [Int?]
    let trace: String
    let why: String
    var testDescription: String { why }
  }

  // The threshold is 800 ports of 1,000; nil is a count that is not known.
  static let cases = [
    Case(hits: 1, ports: [800, 801], trace: ".R", why: "at the threshold is not above it"),
    Case(hits: 1, ports: [801, 800], trace: "RC", why: "one hit clears at the threshold"),
    Case(hits: 1, ports: [801, 801, 801], trace: "R..", why: "it is raised once"),
    Case(hits: 1, ports: [801, 700, 801], trace: "RCR", why: "it is raised again"),
    Case(
      hits: 5, ports: [801, 801, 801, 801, 801, 801], trace: "....R.", why: "five hits in a row"),
    Case(
      hits: 5, ports: [801, 801, 801, 801, 800, 801, 801, 801, 801, 801], trace: ".........R",
      why: "a check at the threshold breaks the row"),
    Case(
      hits: 2, ports: [801, 801, 800, 721, 720], trace: ".R..C", why: "it clears at exactly 90 %"),
    Case(
      hits: 2, ports: [801, 801, 721, 801, 720, 801, 801], trace: ".R..C.R",
      why: "between 90 % and the threshold it stays"),
    Case(
      hits: 5, ports: [801, 801, nil, 801, 801, nil, nil, 801], trace: ".......R",
      why: "what is unknown freezes hits"),
    Case(hits: 1, ports: [nil, nil, nil], trace: "...", why: "what is unknown raises nothing"),
    Case(hits: 2, ports: [801, 801, nil, nil, 720], trace: ".R..C", why: "nor clears anything"),
    Case(hits: 1, ports: [1000, 0], trace: "RC", why: "from all to nothing"),
  ]

  @Test(arguments: cases) func `an alarm is raised and cleared`(_ this: Case) {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: this.hits)])
    let frames = this.ports.enumerated().map { MadeUp.frame($0.offset, ports: $0.element) }
    #expect(engine.trace(frames) == this.trace)
  }

  @Test(arguments: [(1, 0.7), (2, 0.7), (1, 0.3), (3, 0.9), (2, 0.1), (2, 0.05)])
  func `rounding decides nothing at the borders`(_ hits: Int, _ threshold: Double) {
    // Ports at the threshold, and at 90 % of it, both whole numbers of 1,000.
    let border = Int((threshold * 1000).rounded())
    var engine = AlarmEngine(rules: [
      MadeUp.rule(.pool(nil), hits: hits, threshold: threshold)
    ])
    let values = Array(repeating: border, count: 3) + Array(repeating: border + 1, count: hits)
    let end = hits == 1 ? [border] : [border * 9 / 10 + 1, border * 9 / 10]
    let frames = (values + end).enumerated().map {
      MadeUp.frame($0.offset, pools: [(MadeUp.key(), $0.element)])
    }
    let quiet = String(repeating: ".", count: 2 + hits)
    #expect(engine.trace(frames) == quiet + "R" + (hits == 1 ? "C" : ".C"))
  }

  @Test func `the value of a check is the maximum since the last one`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, period: 10 * MadeUp.second)])
    let ports = [0, 0, 900, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 0, count: 10)
    let frames = ports.enumerated().map { MadeUp.frame($0.offset, ports: $0.element) }
    #expect(engine.trace(frames) == ".........R.........C")
  }

  @Test func `seed 000's own alarm comes after five checks of 30 seconds`() {
    var engine = AlarmEngine()
    let frames = (0..<300).map { MadeUp.frame($0, ports: $0 < 200 ? 850 : 720) }
    let trace = Array(engine.trace(frames))
    #expect(trace.firstIndex(of: "R") == 149)
    #expect(trace.firstIndex(of: "C") == 239)
    #expect(trace.count { $0 != "." } == 2)
  }

  @Test func `periods are of the monotonic clock, and frames that are missing count for nothing`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: 3, period: 10 * MadeUp.second)])
    var frames = (0..<20).map { MadeUp.frame($0, ports: 900) }
    // An hour without a frame, in which the wall clock was set back: one check, of the first after it.
    frames += (3620..<3640).map { tick in
      MadeUp.frame(tick, ports: 900) { $0.takenAtNanoseconds -= 7200 * MadeUp.second }
    }
    let trace = Array(engine.trace(frames))
    #expect(trace.firstIndex(of: "R") == 20)
  }

  @Test func `frames that come a little early or late lose no check`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: 50)])
    let frames = (0..<60).map { tick in
      MadeUp.frame(tick, ports: 900) {
        $0.monotonicNanoseconds = $0.monotonicNanoseconds &+ UInt64(tick % 3) * 400_000_000 / 2
      }
    }
    #expect(Array(engine.trace(frames)).firstIndex(of: "R") == 49)
  }

  @Test func `a period shorter than a frame's is checked with each frame`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: 3)])
    let frames = (0..<5).map { MadeUp.frame($0, span: 10 * MadeUp.second, ports: 900) }
    #expect(engine.trace(frames) == "..R..")
  }

  @Test func `another boot resets hits and clears what was raised`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: 2)])
    var frames = (0..<4).map { MadeUp.frame($0, ports: 900) }
    for index in 2..<4 { frames[index].boot = BootID(high: 9, low: 9) }
    #expect(engine.trace(frames) == ".RCR")
    let state = engine.state
    #expect(state.alarms.map(\.hits) == [2])
  }

  @Test func `a namespace that is gone clears its alarms and says so`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host), MadeUp.rule(.pool(nil), hits: 2)])
    let frame = MadeUp.frame(0, ports: 900, pools: [(MadeUp.key(), 900)])
    #expect(engine.trace([frame]) == "R")
    let events = engine.namespaceGone(at: AlarmMoment(frame))
    #expect(events.map(\.kind) == [.alarmCleared])
    #expect(events[0].text.contains("the network namespace is gone"))
    #expect(engine.state.alarms == [])
    #expect(engine.raised == [])
  }

  @Test func `another namespace's frame is the end of the one before`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host)])
    let frames = [
      MadeUp.frame(0, ports: 900), MadeUp.frame(1, ports: 100) { $0.namespaceCookie = nil },
      MadeUp.frame(2, ports: 900), MadeUp.frame(3, ports: 900) { $0.namespaceCookie = 8 },
    ]
    #expect(engine.trace(frames) == "RCRCR")
  }
}
