internal import Frames
internal import Inet
internal import Pools

/// The figures of the live page: tiles and tables of one frame.
struct LivePageTables {
  let frame: Frame

  /// The figures that are asked for first, of the pool that decides the verdict.
  func facts() -> String {
    var tiles: [(name: String, value: String, note: String)] = []
    if let pool = frame.decisive {
      let bound = pool.headroomBound == .upper && pool.headroom.last > 0 ? "at most, of" : "of"
      tiles.append(
        (
          "Ports left", Decimal.grouped(pool.headroom.last),
          "\(bound) \(Decimal.grouped(pool.capacity))"
        ))
      tiles.append(("Used", Decimal.percent(pool.usage), cliff(pool)))
      if pool.headroom.last > 0 {
        tiles.append(("Full in", fullIn(pool) ?? "no forecast", steady(pool)))
      }
    }
    tiles.append(failedConnects())
    if let waiting = frame.gauges[.timeWait] {
      tiles.append(("TIME_WAIT", Decimal.grouped(waiting.last), "sockets"))
    }
    if let usage = frame.rangeUsage, let ports = frame.gauges[.tcpPortsInUse] {
      tiles.append(
        ("TCP ports in use", Decimal.grouped(ports.last), "\(Decimal.percent(usage)) of the range"))
    }
    if let cost = frame.counters[.cpuNanoseconds], frame.spanNanoseconds > 0 {
      let share = Double(cost) / Double(frame.spanNanoseconds)
      if share < 1000 { tiles.append(("Cost of sampling", Decimal.percent(share), "of one core")) }
    }
    return ReportTables.tiles(tiles)
  }

  /// Those that are known to be of this namespace, and beside them those of the whole host; those of the host
  /// where nobody can tell them apart.
  private func failedConnects() -> (name: String, value: String, note: String) {
    let name = "Failed connects"
    guard let failed = frame.counters[.connectFailures] else { return (name, "not counted", "") }
    func rate(_ count: UInt64) -> String {
      LiveWords.rate(Double(count) * 1e9 / Double(max(1, frame.spanNanoseconds)))
    }
    if frame.flags.contains(.failuresOfNamespace) { return (name, rate(failed), "") }
    guard frame.counters[.connectFailuresElsewhere] != nil else {
      return (name, rate(failed), "on the whole host")
    }
    let here = frame.failuresKnownHere
    return (name, rate(here), here == failed ? "" : "\(rate(failed)) on the whole host")
  }

  /// The pools, tightest first.
  func pools(_ names: inout Names) -> [String] {
    guard !frame.pools.isEmpty else { return [] }
    let more = frame.other.pools
    var lines = [
      "<h2>Pools</h2>",
      "<p class=\"lead\">Each is a set of ports that can run out on its own; the tightest first.</p>",
    ]
    lines += ReportTables.table(
      "Port pools" + (more > 0 ? ", without \(Decimal.grouped(more)) that have more left" : ""),
      [
        ("Pool", false), ("Verdict", false), ("Used", false), ("Left", true), ("Capacity", true),
        ("Full in", true), ("New/s", true), ("Failed", true), ("States, %", false),
      ])
    let ordered = frame.pools.sorted { $0.isTighter(than: $1) }
    for pool in ordered.prefix(ReportTables.poolLimit) { lines.append(row(pool, &names)) }
    return lines + ["</tbody></table></div>"]
  }

  private func row(_ pool: PoolRecord, _ names: inout Names) -> String {
    let owner = frame.topOwner(of: pool).map {
      "<small>mostly <bdi>\(XMLText.escaped(names.owner($0.name)))</bdi></small>"
    }
    let name = XMLText.escaped(Sentences.name(pool.key, &names))
    let rate = pool.forecast.arrivalsPerSecond.map { LiveWords.rate(Double($0)) }
    return "<tr><th scope=\"row\" class=\"name\"><bdi>\(name)</bdi>\(owner ?? "")</th>"
      + "<td><span class=\"word \(pool.verdict.rawValue)\">\(pool.verdict.rawValue)</span></td>"
      + "<td class=\"t\">\(ReportTables.bar(pool.usage))\(Decimal.percent(pool.usage))</td>"
      + ReportTables.number(Decimal.grouped(pool.headroom.last))
      + ReportTables.number(Decimal.grouped(pool.capacity))
      + ReportTables.number(pool.headroom.last > 0 ? fullIn(pool) ?? "" : "")
      + ReportTables.number(rate ?? "")
      + ReportTables.number(pool.failures.map { Decimal.grouped($0) } ?? "")
      + "<td class=\"t\">\(LiveWords.mix(pool.states, most: 3) ?? "")</td></tr>"
  }

  /// Who holds ports, most first.
  func owners(_ names: inout Names) -> [String] {
    let owners = frame.namedOwners
    guard let most = owners.map(\.ports).max() else { return [] }
    var lines = [
      "<h2>Owners</h2>",
      "<p class=\"lead\">Who holds ports; TIME_WAIT belongs to whoever closed.</p>",
    ]
    lines += ReportTables.table(
      "Owners of ports",
      [("Owner", false), ("Kind", false), ("Ports", false), ("TIME_WAIT", true)],
      isSlim: true)
    for owner in owners.prefix(30) {
      let share = most > 0 ? Double(owner.ports) / Double(most) : 0
      let note = owner.isInferred ? ", partly inferred" : ""
      lines.append(
        "<tr><th scope=\"row\" class=\"name\"><bdi>\(XMLText.escaped(names.owner(owner.name)))</bdi>"
          + "</th><td>\(owner.kind.name)\(note)</td><td class=\"t\">\(ReportTables.bar(share))"
          + "\(Decimal.grouped(owner.ports))</td>"
          + "\(ReportTables.number(Decimal.grouped(owner.timeWait)))</tr>")
    }
    return lines + ["</tbody></table></div>"]
  }

  /// The alarms that are raised.
  func alarms(_ names: inout Names) -> [String] {
    let raised = frame.alarms.filter { $0.isRaised }
    guard !raised.isEmpty else { return [] }
    var lines = ["<h2>Alarms</h2>"]
    lines += ReportTables.table(
      "Alarms that are raised", [("Alarm", false), ("Severity", false), ("Since", false)],
      isSlim: true)
    for alarm in raised.prefix(40) {
      lines.append(
        "<tr><th scope=\"row\" class=\"name\"><bdi>"
          + "\(XMLText.escaped(LiveWords.alarm(alarm, &names)))</bdi></th>"
          + "<td>\(alarm.severity.name)</td>"
          + "<td class=\"t\">\(Timestamp.clock(nanoseconds: alarm.sinceNanoseconds))</td></tr>")
    }
    return lines + ["</tbody></table></div>"]
  }

  private func fullIn(_ pool: PoolRecord) -> String? {
    pool.forecast.secondsToExhaustion.map { LiveWords.span(seconds: Double($0)) }
  }

  private func steady(_ pool: PoolRecord) -> String {
    guard pool.forecast.secondsToExhaustion == nil,
      let steady = pool.forecast.steadyUsage, steady.magnitude < 100
    else { return "" }
    return "settles at \(Decimal.percent(Double(steady)))"
  }

  private func cliff(_ pool: PoolRecord) -> String {
    if pool.isSearching { return "past its cliff: every connect searches" }
    return pool.cliffAt.map { "cliff at \(Decimal.grouped($0)) ports" } ?? ""
  }
}
