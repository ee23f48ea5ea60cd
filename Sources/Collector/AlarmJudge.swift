public import Alarms
public import Frames
public import Kernel
public import Netlink

/// Holds the alarm engine for the loop's closure: one thread's, kept over a reload.
public final class AlarmJudge {
  private var engine: AlarmEngine
  private var hadState = false
  /// Events to be published with the next frame: what a restart or other rules cleared.
  private var pending: [Event] = []

  /// A judge by `rules`.
  public init(_ rules: [AlarmRule]) { engine = AlarmEngine(rules: rules) }

  /// Goes on from what an earlier run remembered.
  public func restore(_ state: AlarmState?, boot: BootID) {
    guard let state else { return }
    let cookie = (try? NetlinkSocket.socketDiagnostics())?.namespaceCookie
    pending += engine.restore(state, now: Self.now(boot), namespaceCookie: cookie)
    hadState = !state.alarms.isEmpty
  }

  /// Goes on with other rules.
  public func replaceRules(_ rules: [AlarmRule], boot: BootID) {
    pending += engine.replaceRules(rules, at: Self.now(boot))
  }

  /// What the frame means for the alarms. Their memory is written as long as there is any.
  public func judge(_ frame: Frame) -> CollectionLoop<NetlinkSocket>.Judgement {
    let outcome = engine.feed(frame)
    let state = engine.state
    let isWorthKeeping = !state.alarms.isEmpty || hadState
    hadState = !state.alarms.isEmpty
    defer { pending = [] }
    return CollectionLoop<NetlinkSocket>.Judgement(
      events: pending + outcome.events, raised: outcome.raised,
      state: isWorthKeeping ? state : nil)
  }

  /// What it means for the alarms that the namespace is gone: each that is raised is cleared.
  public func namespaceGone(boot: BootID) -> CollectionLoop<NetlinkSocket>.Judgement {
    let events = pending + engine.namespaceGone(at: Self.now(boot))
    pending = []
    return CollectionLoop<NetlinkSocket>.Judgement(events: events, state: engine.state)
  }

  private static func now(_ boot: BootID) -> AlarmMoment {
    AlarmMoment(
      boot: boot, atNanoseconds: Clock.realtimeNanoseconds(),
      monotonicNanoseconds: Clock.monotonicNanoseconds(), tick: 0)
  }
}
