import Collector
import Inet
import Kernel
import KernelTestKit
import Netlink
import Pools
import PropertyTestKit
import Testing

/// The kernel is asked what is left, again and again, until it says nothing: so much we must have said.
@Suite(
  .needsRoot,
  .enabled(if: KernelVersion.running().has(.limitsRangeOfSocket), "probing needs Linux 6.3")
) struct OracleTests {
  @Test func `headroom of every kind of pool is what the kernel then gives`() async {
    await #expect(processExitsWith: .success) { consultOracle() }
  }
}

private func consultOracle() {
  let first = SeededGenerator.fresh()
  var table = OracleTable()
  for round in 0..<rounds(45) {
    // One seed gives one namespace, so that a failure is had again alone.
    let generator = SeededGenerator(seed: first.seed &+ UInt64(round))
    do {
      var host = try OracleHost(generator)
      try host.fill()
      try host.consult(&table)
      try host.leave()
      table.made.merge(host.made, uniquingKeysWith: +)
    } catch {
      ExitTestReport.record("\(error), \(generator.replay)")
    }
  }
  ExitTestReport.check(table.missing.isEmpty, "never made: \(table.missing), \(first.replay)")
  ExitTestReport.check(table.cutShort <= rounds(3), "\(table.cutShort) phases cut short")
  ExitTestReport.check(table.total.compared >= 10_000, "only \(table.total.compared) trials")
  for line in table.lines { ExitTestReport.say(line) }
  ExitTestReport.say(first.replay)
}

extension OracleHost {
  /// Sockets of every kind, in random order; then time for a TIME_WAIT to become reusable.
  fileprivate mutating func fill() throws {
    if generator.oneIn(2) { try occupy() }
    try connectMany()
    if generator.oneIn(2) { try occupy() }
    // A connection has timestamps or not for good.
    if mixesTimestamps { try namespace.write("0", to: "ipv4/tcp_timestamps") }
    try connectMany()
    if mixesTimestamps { try namespace.write("1", to: "ipv4/tcp_timestamps") }
    try occupy()
    Settling.pause(milliseconds: hasDelay ? 450 : 1200)
  }

  /// Under several settings: what we say, and what then comes true.
  fileprivate mutating func consult(_ table: inout OracleTable) throws {
    var reuses: [(mode: Int, delayMilliseconds: Int)] = [
      (0, 200), (2, 30_000), (2, 200), (1, 30_000),
    ]
    reuses.removeAll { $0.delayMilliseconds > 200 && !hasDelay }
    reuses = reuses.filter { _ in !generator.oneIn(3) } + [(1, 200)]
    var blind = try Sampler(from: .running)
    var seeing = try Sampler(SampleOptions(probesBlocked: true), from: .running)
    phases: for reuse in reuses {
      try namespace.write("\(reuse.mode)", to: "ipv4/tcp_tw_reuse")
      if hasDelay {
        try namespace.write("\(reuse.delayMilliseconds)", to: "ipv4/tcp_tw_reuse_delay")
      }
      let dump = try blind.takeSnapshot()
      let exact = try seeing.takeSnapshot()
      ExitTestReport.check(
        exact.space.blockedBound == .exact, "the blocked ports were not probed")
      ExitTestReport.check(
        dump.space.blocked.subtracting(exact.space.blocked).isEmpty,
        "\(dump.space.blocked) is seen blocked, \(exact.space.blocked) is, \(generator.replay)")
      ExitTestReport.check(
        hasHidden || dump.space.blocked == exact.space.blocked,
        "\(dump.space.blocked) blocked by the dump, in truth \(exact.space.blocked), "
          + generator.replay)
      table.states.add(dump.tcp.states)
      _ = lostEnds()
      for trial in trials(exact) {
        let locals = try trial.run(on: self)
        guard judge(trial, locals, exact: exact, dump: dump, &table) else { continue phases }
      }
      let after = try blind.takeSnapshot()
      ExitTestReport.check(
        after.tcp.sockets <= dump.tcp.sockets
          && after.tcp.sockets + reclaimable(dump) >= dump.tcp.sockets || hasLost(&table),
        "\(dump.tcp.text) before, \(after.tcp.text) after, \(generator.replay)")
    }
  }

  private func reclaimable(_ snapshot: NamespaceSnapshot) -> Int {
    snapshot.pools.reduce(0) { $0 + $1.reclaimable }
  }

  /// Whether the kernel has given up a socket that was to stay: an ICMP error, a time limit. What was said
  /// before is no promise then.
  private func hasLost(_ table: inout OracleTable) -> Bool {
    let lost = lostEnds()
    guard !lost.isEmpty else { return false }
    table.cutShort += 1
    ExitTestReport.say("given up by the kernel: \(lost), \(generator.replay)")
    return true
  }

  /// Holds one trial against its promises; false when the phase must end.
  private func judge(
    _ trial: OracleTrial, _ locals: [Endpoint], exact: NamespaceSnapshot, dump: NamespaceSnapshot,
    _ table: inout OracleTable
  ) -> Bool {
    guard let promise = exact.promise(trial.key), let blind = dump.promise(trial.key) else {
      return true
    }
    // Within a host one setting goes for both ends, as long as nobody changes it.
    if mixesTimestamps, promise.reclaimable > 0, trial.key.isWithinHost { return true }
    if promise.reclaimable > 0 { table.reuses += 1 }
    let isKept = promise.isKept(by: locals.count) && blind.isKept(by: locals.count)
    if !isKept, hasLost(&table) { return false }
    table.count(trial.kind, locals.count, exact: promise, dump: blind, isKept: isKept)
    ExitTestReport.check(
      isKept,
      "\(trial.kind.rawValue) \(trial.key): \(promise.headroomLower ?? -1) to \(promise.headroom) "
        + "promised, by the dump \(blind.headroom), \(locals.count) came true "
        + "(\(locals.map(\.port))), range \(low)-\(high), blocked \(exact.space.blocked), "
        + "in use \(promise.inUse), reclaimable \(promise.reclaimable), \(generator.replay)")
    guard trial.key.kind == .connect, let takenLow = promise.takenLow,
      let cliff = promise.cliffAt, !exact.space.isOdd, trial.kind != .connectOnInterface,
      !mixesTimestamps || promise.reclaimable == 0
    else { return true }
    // connect() takes all of low's parity, then all of the other.
    let foretold = cliff - takenLow
    let run = locals.prefix { ($0.port ^ low) & 1 == 0 }.count
    let isForetold =
      run == foretold && !locals.dropFirst(run).contains { ($0.port ^ low) & 1 == 0 }
      && promise.isSearching == (foretold == 0)
    if !isForetold, hasLost(&table) { return false }
    if isForetold { table.turnsAsForetold += 1 } else { table.turnsElsewhere += 1 }
    ExitTestReport.check(
      isForetold,
      "\(trial.key): \(foretold) of low's parity foretold, \(locals.map(\.port)), "
        + "\(generator.replay)")
    return true
  }
}

extension TransportSnapshot {
  fileprivate var text: String {
    SocketState.allCases.filter { states[$0] > 0 }.map { "\($0.name) \(states[$0])" }
      .joined(separator: ", ")
  }
}

extension NamespaceSnapshot {
  /// The pool of `key`: as it was counted, or the empty one of connects that nobody has made.
  fileprivate func promise(_ key: PoolKey) -> Pool? {
    if let pool = pools.first(where: { $0.key == key }) { return pool }
    switch key {
    case .connect:
      return .connect(
        key, states: StateCounts(), takenLow: 0, takenOther: 0, reclaimable: 0, in: space)
    // Of an address that nobody has there is no pool.
    default: return nil
    }
  }
}
