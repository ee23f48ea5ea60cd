internal import Frames
internal import Inet
internal import Pools

/// Everything that a frame knows of one pool, as lines of a name and its facts.
struct LiveDetail {
  private let pool: PoolRecord
  private let frame: Frame
  private let history: LiveHistory
  private let style: Style
  private let columns: Int
  private var lines: [LiveLine] = []

  static func lines(
    _ pool: PoolRecord, _ frame: Frame, _ history: LiveHistory, columns: Int, _ style: Style,
    _ names: inout Names
  ) -> [LiveLine] {
    var detail = LiveDetail(pool, frame, history, style, columns)
    detail.write(&names)
    return detail.lines
  }

  private init(
    _ pool: PoolRecord, _ frame: Frame, _ history: LiveHistory, _ style: Style, _ columns: Int
  ) {
    self.pool = pool
    self.frame = frame
    self.history = history
    self.style = style
    self.columns = columns
  }

  private mutating func write(_ names: inout Names) {
    writeSpace()
    writeStates()
    writeForecast()
    add("failed", failures)
    writeOwners(&names)
    writeFindings(&names)
    var counted = "by a \(pool.method.name)"
    if pool.method == .bound {
      counted = "not anew: at most \(Decimal.grouped(pool.inUseBound)) in use, by the guard"
    }
    let taken = frame.monotonicNanoseconds
    let age = taken > pool.countedAtMonotonic ? taken - pool.countedAtMonotonic : 0
    counted +=
      age == 0
      ? ", in this sample" : ", \(LiveWords.span(seconds: Double(age) / 1e9)) before this sample"
    add("counted", counted)
  }

  private mutating func writeSpace() {
    let left = Decimal.grouped(pool.headroom.last)
    let of = Decimal.grouped(pool.capacity)
    let tone = SnapshotPage.tone(pool.verdict)
    switch (pool.headroomBound, pool.headroomLower) {
    case (.exact, _): add("left", "exactly \(left) of \(of)", tone)
    case (.upper, let lower?):
      add("left", "\(Decimal.grouped(lower)) to \(left) of \(of)", tone)
    case (.upper, nil):
      let least = pool.headroom.last == 0 ? "" : "; at least: not known"
      add("left", "at most \(left) of \(of)\(least)", tone)
    }
    let records = history.frames.compactMap { frame in
      frame.pools.first { $0.key == pool.key }?.inUse
    }
    var inUse = "\(Decimal.grouped(pool.inUse.last)) ports"
    if let low = records.map(\.minimum).min(), let high = records.map(\.maximum).max() {
      let span = LiveWords.span(seconds: Double(history.end - history.start) / 1e9)
      inUse += "; in \(span) from \(Decimal.grouped(low)) to \(Decimal.grouped(high))"
    }
    if pool.reclaimable > 0 {
      inUse += "; \(Decimal.grouped(pool.reclaimable)) can be taken over"
    }
    add("in use", inUse)
    if let cliff = pool.cliffAt {
      var words = pool.isSearching ? "passed, every connect must search" : "not reached"
      if !pool.isSearching, pool.inUse.last > cliff {
        words = "not searching now: ports of the first half are free again"
      }
      if !pool.isSearching, pool.inUse.last <= cliff, let seconds = pool.forecast.secondsToCliff {
        words += "; in about \(LiveWords.span(seconds: Double(seconds)))"
      }
      add(
        "cliff", "at \(Decimal.grouped(cliff)) ports: \(words)", pool.isSearching ? .notice : .plain
      )
    }
    if let listening = pool.listeningPorts {
      add("listening", "on \(Decimal.grouped(listening)) ports")
    }
  }

  private mutating func writeStates() {
    guard let states = pool.states else {
      return add("states", "not kept for this kind of pool", .dim)
    }
    let total = states.total
    let list = SocketState.allCases.filter { states[$0] > 0 }.sorted { states[$0] > states[$1] }
      .map { state in
        let share = Decimal.percent(Double(states[state]) / Double(max(1, total)))
        return "\(state.name.uppercased()) \(Decimal.grouped(states[state])) (\(share))"
      }
    add("states", list.isEmpty ? "none" : list.joined(separator: ", "))
  }

  private mutating func writeForecast() {
    let forecast = pool.forecast
    func whole(_ number: Float?) -> String? {
      number.map { LiveWords.rate(Double($0)) }
    }
    var facts: [String] = []
    var tone = Tone.plain
    if pool.headroom.last == 0 {
      facts.append("full")
      tone = .bad
    } else if let seconds = forecast.secondsToExhaustion {
      facts.append("full in about \(LiveWords.span(seconds: Double(seconds)))")
      tone = seconds < 60 ? .bad : seconds < 300 ? .warning : .plain
    }
    if pool.headroom.last > 0, let steady = forecast.steadyUsage {
      facts.append("settles at \(percent(steady))")
    }
    if let arrivals = whole(forecast.arrivalsPerSecond) { facts.append("\(arrivals) arrive") }
    if let releases = whole(forecast.releasesPerSecond) { facts.append("\(releases) come back") }
    if let sustainable = whole(forecast.sustainablePerSecond) {
      facts.append("\(sustainable) is the most that it carries for ever")
    }
    if facts.isEmpty {
      add("forecast", "not known", .dim)
    } else {
      add("forecast", facts.joined(separator: ", "), tone)
    }
    guard let release = forecast.release else { return add("comes back", "not known", .dim) }
    let teeth = zip(Forecast.releaseHorizons, release).map { seconds, ports in
      "\(Decimal.grouped(ports)) in \(seconds) s"
    }
    add("comes back", teeth.joined(separator: ", "))
  }

  private func percent(_ share: Float) -> String {
    share.isFinite && abs(share) < 1000 ? Decimal.percent(Double(share)) : "?"
  }

  private var failures: String {
    guard let failures = pool.failures else { return "connects: not counted" }
    let window = history.frames.reduce(0) { sum, frame in
      sum + (frame.pools.first { $0.key == pool.key }?.failures ?? 0)
    }
    return "\(Decimal.grouped(failures)) connects in this sample, \(Decimal.grouped(window)) in "
      + LiveWords.span(seconds: Double(history.end - history.start) / 1e9)
  }

  private mutating func writeOwners(_ names: inout Names) {
    guard let owners = frame.knownOwners(of: pool) else {
      return add("held by", "owners are not collected", .dim)
    }
    if owners.isEmpty { return add("held by", "nobody known") }
    var text = owners.map { Sentences.holder($0, style, &names) }
      .joined(separator: style.isUnicode ? " · " : " | ")
    // Only a count of all looks who holds what.
    if let age = frame.countAgeSeconds, age >= 1 {
      text += ", as of \(LiveWords.span(seconds: age)) before"
    }
    add("held by", text)
  }

  private mutating func writeFindings(_ names: inout Names) {
    if frame.flags.contains(.findingsUnavailable) { return add("findings", "not collected", .dim) }
    let texts = LiveFindings.texts(of: pool.key, in: frame, &names)
    if texts.isEmpty { return add("findings", "none") }
    for (index, found) in texts.enumerated() {
      add(index == 0 ? "findings" : "", found.text, found.tone)
    }
    add("", "what to do: ullage explain", .dim)
  }

  /// A name and its fact, which goes on below itself where it is too long.
  private mutating func add(_ name: String, _ text: String, _ tone: Tone = .plain) {
    let indent = 12
    let parts = TextWrap.lines(
      LiveLine.clean(text, style), first: max(8, columns - indent), max(8, columns - indent))
    for (index, part) in parts.enumerated() {
      var line = LiveLine(style)
      line.add(index == 0 ? name : "", .dim)
      line.skip(to: indent)
      line.add(part, tone)
      lines.append(line)
    }
  }
}
