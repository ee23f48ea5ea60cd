import Frames
import FramesTestKit
import Inet
import Kernel
import Pools
import Rendering

/// Histories of hosts that were made up.
enum MadeUpHistory {
  static let second: UInt64 = 1_000_000_000

  /// A history of frames, five minutes from the scenario's start.
  static func history(
    _ frames: [Frame], seconds: Int = 300, events: [Event] = [], step: UInt64? = nil,
    change: (inout MemoryFrames) -> Void = { _ in }
  ) -> History {
    var source = MemoryFrames(frames, events: events)
    change(&source)
    let through = Scenario.start + UInt64(seconds) * second
    return History(
      source.frames(from: 0, through: .max, limit: 100_000), events: events,
      writer: source.writer, losses: source.losses, from: Scenario.start, through: through,
      step: step, askedAt: through + second / 2)
  }

  /// Five minutes in which a pool fills, settles and is used up; with failures and events.
  static let busy: History = {
    var scenario = Scenario.proxy(seconds: 300) { second in
      let wave = Double(Int(second) % 17) * 55
      return min(
        Scenario.capacity, Int(second < 200 ? second * 95 + wave : 19_000 + (second - 200) * 99))
    }.frames
    for index in scenario.indices {
      scenario[index].flags.remove(.failuresUnavailable)
      scenario[index].counters[.connectFailures] = index > 285 ? UInt64(index * 11 % 400) : 0
    }
    return history(scenario, events: events)
  }()

  /// The same in steps of ten seconds: bands.
  static let steps: History = history(busy.frames, events: events, step: 10 * second)

  /// Two minutes are missing, and what is there begins late.
  static let gap: History = history(
    Scenario.proxy(seconds: 300) { 4000 + Int($0) * 30 }.frames.enumerated()
      .filter { (40..<110).contains($0.offset) || $0.offset >= 230 }.map(\.element))

  /// Nothing outbound.
  static let idle: History = history(Scenario.idle(seconds: 300).frames)

  /// No frame at all.
  static let empty: History = history([])

  /// Names from other people's hands, long addresses, everything unknown.
  static let hostile: History = {
    var frames = Scenario.proxy(seconds: 20) { Int($0) * 100 }.frames
    let long = MadeUpHost.address("2001:db8:1111:2222:3333:4444:5555:6666")
    for index in frames.indices {
      guard var pool = frames[index].pools.first(where: { $0.key == Scenario.key }) else {
        continue
      }
      pool.key = .connect(source: long, destination: long, port: 65_535, interface: .max)
      pool.states = nil
      pool.forecast.arrivalsPerSecond = .infinity
      pool.forecast.secondsToExhaustion = .nan
      pool.forecast.steadyUsage = 3e38
      frames[index].pools.insert(pool, at: 0)
      frames[index].gauges = HostGauges()
      frames[index].counters = HostCounters()
      frames[index].flags = FrameFlags(rawValue: .max)
    }
    let event = Event(
      .mark, boot: BootID(high: 2, low: 1), atNanoseconds: Scenario.start + 5 * second,
      monotonicNanoseconds: 0, tick: 0,
      text: "a<b>&\"'\u{1b}[31m|\u{202e}\n,]]>\u{fffe} -- </svg>")
    return history(frames, seconds: 20, events: [event]) { source in
      source.writer.host = "a\"b<c>&,\u{1b}\n"
      source.writer.namespace = "n|s"
      source.losses.corrupt = 3
    }
  }()

  static let all = [busy, steps, gap, idle, empty, hostile, owned]

  private static let events: [Event] = {
    func event(_ kind: Event.Kind, _ at: UInt64, _ text: String, _ alarm: AlarmRecord? = nil)
      -> Event
    {
      Event(
        kind, boot: BootID(high: 0x3344, low: 0x1122),
        atNanoseconds: Scenario.start + at * second, monotonicNanoseconds: at * second, tick: at,
        alarm: alarm, text: text)
    }
    let alarm = AlarmRecord(
      rule: "pool", subject: .pool(Scenario.key), severity: .major, isRaised: true, hits: 5,
      value: 0.81, threshold: 0.8, sinceNanoseconds: Scenario.start + 236 * second)
    return [
      event(.mark, 60, "deploy 4711"),
      event(.rangeChanged, 150, "range 32768-60999, 0 reserved"),
      event(.alarmRaised, 240, "pool 10.0.0.5 → 10.1.2.3:443 above 80 %", alarm),
    ]
  }()
}
