internal import Frames
internal import HostFacts
internal import Inet
internal import Kernel
internal import Pools

/// What the last counts found, until the next ones.
struct CountedState {
  /// The tightest pools, tightest first.
  var pools: [PoolRecord] = []
  /// The guard's counters before a pool was counted alone.
  var readings: [PoolKey: GuardReading] = [:]
  /// What the list leaves out.
  var other = Remainder(pools: 0, inUseMaximum: 0, isExact: false)
  /// Gauges of a count.
  var gauges = HostGauges()
  /// The worst verdict, of all pools.
  var verdict = VerdictLevel.ok
  /// When the whole table was counted: CLOCK_MONOTONIC; nil before the first time.
  var countedAt: UInt64?
  /// |R|, |B|, |A|, |E \ R|.
  var reserved = 0
  var blocked = 0
  var connectCapacity = 0
  var bindCapacity = 0
  var flags: FrameFlags = []
  /// Who held ports when the whole table was counted; nil where that was not looked at.
  var owners: CountedOwners?

  /// Puts the pools in order again and judges them, after some were counted alone. Those that are not
  /// listed were less tight than all that are.
  mutating func rank() {
    pools.sort { $0.isTighter(than: $1) }
    verdict = pools.map(\.verdict).max() ?? .ok
    let worst = pools.filter { $0.key.kind == .connect }.map(\.usage).max()
    if let worst { gauges.sample(.worstConnectUsage, Int(worst * 1_000_000)) }
  }
}

extension NamespaceCollector where Transport: ~Copyable {
  /// Keeps what a snapshot found.
  mutating func takeOver(_ snapshot: NamespaceSnapshot, at now: UInt64) {
    var state = CountedState()
    let listening = Dictionary(
      snapshot.addresses.map { ($0.pool.key, $0.listeningPorts) }, uniquingKeysWith: { a, _ in a })
    state.owners = CountedOwners(snapshot)
    state.pools = snapshot.pools.map { pool in
      var record = PoolRecord(pool, method: .dump, countedAtMonotonic: now)
      record.listeningPorts = listening[pool.key] ?? nil
      record.owners = state.owners?.shares(of: pool) ?? []
      record.otherOwners = OwnersRest(
        of: pool.inUse, timeWait: pool.states?[.timeWait], besides: record.owners)
      return record
    }
    state.pools.sort { $0.isTighter(than: $1) }
    state.other = snapshot.other
    state.verdict =
      (snapshot.pools + (snapshot.tightestConnect.map { [$0] } ?? [])).map(\.verdict)
      .max() ?? .ok
    state.countedAt = now
    state.reserved = snapshot.space.reserved.count
    state.blocked = snapshot.space.blocked.count
    state.connectCapacity = snapshot.space.connectCapacity
    state.bindCapacity = snapshot.space.bindCapacity
    state.gauges = gauges(of: snapshot)
    if snapshot.udp == nil { state.flags.formUnion(.udpUnavailable) }
    if !snapshot.tcp.knowsBoundInactive { state.flags.formUnion(.boundInactiveUnavailable) }
    if !snapshot.reservedIsKnown { state.flags.formUnion(.reservedUnavailable) }
    if sampler.timing.wasInterrupted { state.flags.formUnion(.dumpInterrupted) }
    if sampler.timing.wasRecounted { state.flags.formUnion(.limitsMet) }
    counted = state
    diagnose(snapshot, at: now)
  }

  private func gauges(of snapshot: NamespaceSnapshot) -> HostGauges {
    var gauges = HostGauges()
    gauges.sample(.tcpSockets, snapshot.tcp.sockets)
    gauges.sample(.tcpPortsInUse, snapshot.tcp.portsInUse)
    gauges.sample(.udpSockets, snapshot.udp?.sockets)
    gauges.sample(.udpPortsInUse, snapshot.udp?.portsInUse)
    gauges.sample(.connectPools, snapshot.poolTotals[.connect])
    let states = snapshot.tcp.states
    for (name, state) in Self.stateGauges {
      gauges.sample(name, states[state])
    }
    if snapshot.tcp.knowsBoundInactive { gauges.sample(.boundInactive, states[.boundInactive]) }
    func worst(_ wanted: (PoolKey) -> Bool) -> Int? {
      snapshot.pools.filter { wanted($0.key) }.map(\.usage).max().map { Int($0 * 1_000_000) }
    }
    // No pool at all is no usage at all; without UDP it is not known.
    gauges.sample(.worstConnectUsage, worst { $0.kind == .connect } ?? 0)
    gauges.sample(
      .worstAddressUsage, worst { if case .bind(.address) = $0 { true } else { false } } ?? 0)
    gauges.sample(.worstUDPUsage, worst { $0.kind == .udp })
    return gauges
  }

  /// The gauges of the states that a count asks for; requests not yet accepted are not among them.
  static var stateGauges: [(HostGauge, SocketState)] {
    [
      (.established, .established), (.synSent, .synSent), (.finWait1, .finWait1),
      (.finWait2, .finWait2), (.timeWait, .timeWait),
      (.closeWait, .closeWait), (.lastAck, .lastAck), (.listen, .listen), (.closing, .closing),
    ]
  }

  /// A frame of what is known now; the counters are those since the last one.
  func makeFrame(tick: UInt64, at now: UInt64) -> Frame {
    let facts = sampler.facts
    var frame = Frame(
      boot: boot, tick: tick, takenAtNanoseconds: Clock.realtimeNanoseconds(),
      monotonicNanoseconds: now, spanNanoseconds: 0, namespaceCookie: sampler.cookie,
      range: facts.range, reserved: counted.reserved, blocked: counted.blocked,
      connectCapacity: counted.connectCapacity, bindCapacity: counted.bindCapacity)
    if counted.countedAt == nil { fillPortSpace(&frame) }
    frame.verdict = counted.verdict
    frame.flags = flags.union(counted.flags)
    frame.owners = counted.owners?.records ?? []
    if counted.owners == nil { frame.flags.formUnion(.ownersUnavailable) }
    frame.gauges = counted.gauges
    if counted.countedAt == nil { frame.flags.formUnion(.notCounted) }
    // As long as the guard sees no change the last count is as good as a new one.
    let holds = lastDump.map { reading.isUnchanged(since: $0.reading) } ?? false
    frame.gauges.sample(
      .countAge, counted.countedAt.map { now > $0 && !holds ? Int((now - $0) / 1_000_000) : 0 })
    frame.counters = counters
    frame.other = counted.other
    frame.pools = counted.pools.map { bounded($0) }
    judgeForecasts(&frame)
    addFindings(to: &frame)
    return frame
  }

  /// What the facts alone say of the capacities, before anything was counted: nothing is blocked.
  private func fillPortSpace(_ frame: inout Frame) {
    let space = PortSpace(
      range: sampler.facts.range, reserved: sampler.facts.reserved ?? PortSet(), blocked: PortSet())
    frame.reserved = space.reserved.count
    frame.connectCapacity = space.connectCapacity
    frame.bindCapacity = space.bindCapacity
  }

  /// The record with what the guard allows since it was counted; the whole range where it does not tell.
  private func bounded(_ record: PoolRecord) -> PoolRecord {
    var record = record
    guard let before = counted.readings[record.key] ?? lastDump?.reading else { return record }
    let inUse = Int(record.inUse.last), ports = sampler.facts.range.count
    if record.key.transport == .tcp {
      let rise = reading.rise(since: before) ?? ports
      record.inUseBound = max(inUse, min(inUse + rise, ports))
    }
    let isOld = record.countedAtMonotonic < tickStartedAt
    if isOld, !reading.isUnchanged(since: before) { record.method = .bound }
    return record
  }
}
