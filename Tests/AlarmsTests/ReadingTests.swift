import Alarms
import Frames
import FramesTestKit
import Inet
import Pools
import Testing

/// What counts as known: pools that were not counted, that vanished, that hide in the remainder.
@Suite struct ReadingTests {
  private static let high = (MadeUp.key(), 900)

  /// Frames: three in which the pool is full, then what the test makes.
  private static func trace(
    _ rule: AlarmRule = MadeUp.rule(.pool(.connect), hits: 3), then frames: [Frame]
  ) -> String {
    var engine = AlarmEngine(rules: [rule])
    let before = engine.trace((0..<3).map { MadeUp.frame($0, pools: [high]) })
    #expect(before == "..R")
    return engine.trace(frames)
  }

  @Test(arguments: [
    (0, true, "C"), (720, true, "C"), (721, true, "."), (720, false, "C"), (721, false, "."),
  ])
  func `a pool that vanished is not exceeded if what is not listed is small`(
    _ hidden: Int, _ isExact: Bool, _ expected: String
  ) {
    let frame = MadeUp.frame(3) {
      $0.other = Remainder(pools: 5, inUseMaximum: hidden, isExact: isExact)
    }
    #expect(Self.trace(then: [frame]) == expected)
  }

  @Test(arguments: [(720, "C"), (721, ".")])
  func `an address that vanished is bounded by the addresses that are not listed`(
    _ hidden: Int, _ expected: String
  ) {
    var engine = AlarmEngine(rules: [MadeUp.rule(.address, hits: 2)])
    let full = (0..<2).map { MadeUp.frame($0, pools: [(MadeUp.bind(), 900)]) }
    #expect(engine.trace(full) == ".R")
    let frame = MadeUp.frame(2) {
      $0.other = Remainder(
        pools: 0, inUseMaximum: 0, isExact: true, addressInUseMaximum: hidden)
    }
    #expect(engine.trace([frame]) == expected)
  }

  @Test func `a failed sample freezes everything that is counted`() {
    let frames = [
      MadeUp.frame(3) { $0.flags = .sampleFailed },
      MadeUp.frame(4, pools: [(MadeUp.key(), 10)]) { $0.flags = .sampleFailed },
      MadeUp.frame(5, pools: [(MadeUp.key(), 10)]),
    ]
    #expect(Self.trace(then: frames) == "..C")
  }

  @Test func `a count that was left out freezes, and says what may be if the guard knows`() {
    func bound(_ tick: Int, counted: Int, rise: Int, _ flags: FrameFlags = []) -> Frame {
      MadeUp.frame(tick, pools: [(MadeUp.key(), counted)]) {
        $0.pools[0].method = .bound
        $0.pools[0].inUseBound = counted + rise
        $0.flags = flags
      }
    }
    let frames = [
      bound(3, counted: 700, rise: 21), bound(4, counted: 700, rise: 20, .guardUnavailable),
      bound(5, counted: 700, rise: 20),
    ]
    #expect(Self.trace(then: frames) == "..C")
  }

  @Test func `with the budget spent an old count is no count`() {
    let old = MadeUp.frame(9, pools: [(MadeUp.key(), 10)]) {
      $0.flags = .budgetSpent
      $0.pools[0].countedAtMonotonic -= 3 * MadeUp.second
      $0.pools[0].inUseBound = 900
    }
    var new = old
    new.pools[0].countedAtMonotonic = new.monotonicNanoseconds
    new.monotonicNanoseconds += MadeUp.second
    var newer = new
    newer.monotonicNanoseconds += MadeUp.second
    newer.pools[0].countedAtMonotonic = new.monotonicNanoseconds + 1
    #expect(Self.trace(then: [old, new, newer]) == "..C")
  }

  @Test func `absent from an old count is bounded by the rise since then`() {
    func absent(_ tick: Int, rise: Int?) -> Frame {
      MadeUp.frame(tick, ports: 100) {
        $0.gauges.sample(.countAge, 5000)
        $0.gauges.sample(.tcpPortsInUseBound, rise.map { 100 + $0 })
        $0.other = Remainder(pools: 1, inUseMaximum: 500, isExact: true)
      }
    }
    let frames = [absent(3, rise: nil), absent(4, rise: 221), absent(5, rise: 220)]
    #expect(Self.trace(then: frames) == "..C")
  }

  @Test func `the host's bound decides where it is calm, and never raises`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host)])
    func old(_ tick: Int, bound: Int) -> Frame {
      MadeUp.frame(tick, ports: 850) {
        $0.gauges.sample(.countAge, 60_000)
        $0.gauges.sample(.tcpPortsInUseBound, bound)
      }
    }
    let frames = [
      old(0, bound: 1000), MadeUp.frame(1, ports: 850), old(2, bound: 900), old(3, bound: 800),
    ]
    #expect(engine.trace(frames) == ".R.C")
  }

  @Test func `a count decides once, however its age is rounded`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.host, hits: 2)])
    // Counted with the first frame and with the fifth; ages are cut to milliseconds.
    let ages = [0, 1000, 2000, 3000, 0]
    let frames = ages.enumerated().map { tick, age in
      MadeUp.frame(tick, ports: 900) {
        $0.monotonicNanoseconds += UInt64(tick) * 300_000
        $0.gauges.sample(.countAge, age)
      }
    }
    #expect(engine.trace(frames) == "....R")
  }

  @Test(arguments: [
    (PoolKind?.none, "RR"), (.connect, "R"), (.bind, "R"), (.udp, "."), (.udpBind, "."),
  ]) func `a rule watches pools of its kind`(_ kind: PoolKind?, _ expected: String) {
    var engine = AlarmEngine(rules: [MadeUp.rule(.pool(kind))])
    let frame = MadeUp.frame(0, pools: [Self.high, (MadeUp.bind(), 900), (.udp(.ipv4), 100)])
    #expect(engine.trace([frame]) == expected)
  }

  @Test func `failed connects are summed over the period; not counted is not none`() {
    var engine = AlarmEngine(rules: [
      MadeUp.rule(.failures, threshold: 2, period: 3 * MadeUp.second)
    ])
    let counts: [UInt64?] = [1, 1, 1, nil, nil, nil, 0, nil, 2]
    let frames = counts.enumerated().map { tick, count in
      MadeUp.frame(tick) { $0.counters[.connectFailures] = count }
    }
    #expect(engine.trace(frames) == "..R.....C")
  }

  @Test func `the built-in rule of failures raises at the first and clears after a second without`()
  {
    var engine = AlarmEngine()
    let frames = [0, 1, 0].enumerated().map { tick, count in
      MadeUp.frame(tick) { $0.counters[.connectFailures] = UInt64(count) }
    }
    #expect(engine.trace(frames) == ".RC")
  }

  @Test func `what failed in another namespace raises nothing here; what nobody knows may be ours`()
  {
    // All elsewhere; two of five elsewhere; of this namespace alone; nobody knows which.
    let cases: [(total: UInt64, attributed: UInt64, elsewhere: UInt64?, flags: FrameFlags)] = [
      (15, 15, 15, []), (5, 3, 2, []), (4, 0, 0, .failuresOfNamespace), (3, 0, nil, []),
    ]
    let frames = cases.enumerated().map { tick, failed in
      MadeUp.frame(tick) {
        $0.counters[.connectFailures] = failed.total
        $0.counters[.connectFailuresAttributed] = failed.attributed
        $0.counters[.connectFailuresElsewhere] = failed.elsewhere
        $0.flags = failed.flags
      }
    }
    #expect(frames.map(\.failuresHere) == [0, 3, 4, 3])
    #expect(frames.map(\.failuresKnownHere) == [0, 1, 4, 3])
    #expect(frames.map(\.hasFailuresOfUnknownPlace) == [false, true, false, false])
    for (frame, expected) in zip(frames, [".", "R", "R", "R"]) {
      var engine = AlarmEngine(rules: [MadeUp.rule(.failures, threshold: 0)])
      #expect(engine.trace([frame]) == expected)
    }
  }

  @Test func `TIME_WAIT sockets that could not be kept raise a warning`() {
    var engine = AlarmEngine()
    let frames = (0..<60).map { tick in
      MadeUp.frame(tick) { $0.counters[.timeWaitOverflows] = tick == 5 ? 17 : 0 }
    }
    let trace = Array(engine.trace(frames))
    #expect(trace.firstIndex(of: "R") == 29)
    #expect(trace.firstIndex(of: "C") == 59)
  }

  @Test func `a forecast is mirrored: below raises, at 1 / 0.9 of the threshold or more clears`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.forecast, hits: 2, threshold: 90)])
    let seconds: [Float?] = [90, 89, 89, 95, 99, nil, 100, 89, 80]
    let frames = seconds.enumerated().map { tick, seconds in
      MadeUp.frame(tick, pools: [(MadeUp.key(), 500)]) {
        $0.pools[0].forecast.secondsToExhaustion = seconds
      }
    }
    #expect(engine.trace(frames) == "..R...C.R")
    let never = MadeUp.frame(9, pools: [(MadeUp.key(), 500)]) {
      $0.pools[0].forecast.arrivalsPerSecond = 3
    }
    #expect(engine.trace([never]) == "C")
  }

  @Test func `a forecast's pool that is not listed is calm if half of its ports are free`() {
    for (hidden, expected) in [(500, "C"), (501, ".")] {
      var engine = AlarmEngine(rules: [MadeUp.rule(.forecast, threshold: 90)])
      let frames = [
        MadeUp.frame(0, pools: [(MadeUp.key(), 900)]) {
          $0.pools[0].forecast.secondsToExhaustion = 10
        },
        MadeUp.frame(1) {
          $0.other = Remainder(pools: 1, inUseMaximum: hidden, isExact: true)
        },
      ]
      #expect(engine.trace(frames) == "R" + expected)
    }
  }

  @Test func `what was not counted for long is stale, also when samples fail`() {
    var engine = AlarmEngine(rules: [MadeUp.rule(.stale, threshold: 5)])
    let frames = (0..<12).map { tick in
      MadeUp.frame(tick) {
        if tick > 0 { $0.flags = .sampleFailed }
        if tick == 10 {
          $0.flags = []
          $0.gauges.sample(.countAge, 300)
        }
      }
    }
    #expect(engine.trace(frames) == "......R...C.")
  }
}
