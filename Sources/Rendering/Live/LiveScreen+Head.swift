internal import Frames
internal import Inet
internal import Pools

/// The top: what is wrong with what is shown, where and when it is, the verdict, and what bears on it.
extension LiveScreen {
  mutating func writeHead() {
    for sentence in warnings {
      for part in TextWrap.lines(
        LiveLine.clean(sentence, style), first: state.columns, state.columns)
      {
        add(part, .bad)
      }
    }
    writeTitle()
    guard let frame = data.current else { return }
    writeVerdict(frame)
    writeFacts(frame)
  }

  /// What makes the screen less than the present truth, in words.
  private var warnings: [String] {
    if let trouble = data.trouble { return ["CANNOT READ: \(trouble)"] }
    if data.isRemoved {
      return ["REMOVED: the ring's file is gone; this is the past that was in it"]
    }
    guard let writer = data.writer else {
      return ["NO COLLECTOR: nobody writes frames to be shown"]
    }
    let trouble = Sentences.trouble(
      with: writer, hasFrames: data.newest != nil, atNanoseconds: data.nowNanoseconds)
    if let trouble { return [trouble] }
    if writer.isArchive { return [] }
    if let frame = data.current, frame.flags.contains(.sampleFailed) {
      return ["SAMPLE FAILED: counts are those of the last one that did not"]
    }
    return []
  }

  private mutating func writeTitle() {
    var line = LiveLine(style)
    line.add(state.replay == nil ? "ullage live" : "ullage replay", .bold)
    var parts: [(String, Tone)] = []
    if let writer = data.writer {
      line.add(separator + names.host(writer.host))
      line.add("\(separator)\(names.namespace(writer.namespace))", .dim)
      parts = moment(writer)
    }
    // The status stands on the right; what does not fit goes from its end, the clock stays.
    var clock = data.current.map { Timestamp.clock(nanoseconds: $0.takenAtNanoseconds) } ?? ""
    func width() -> Int { parts.reduce(clock.count) { $0 + DisplayWidth.of($1.0) + 3 } }
    while parts.count > 1, line.width + 2 + width() > state.columns { parts.removeLast() }
    if line.width + 2 + width() > state.columns { clock = "" }
    line.skip(to: max(line.width + 2, state.columns - width()))
    for (index, part) in parts.enumerated() {
      line.add(part.0, part.1)
      if index < parts.count - 1 || !clock.isEmpty { line.add(separator, .dim) }
    }
    line.add(clock, .bold)
    lines.append(line)
  }

  /// Which moment it is, how often and at what cost it is looked.
  private func moment(_ writer: FrameWriterStatus) -> [(String, Tone)] {
    guard let frame = data.current else { return [] }
    let taken = frame.takenAtNanoseconds
    let present = data.presentNanoseconds
    let age = present > taken ? present - taken : 0
    let isStale = writer.isStale(atNanoseconds: data.nowNanoseconds)
    var parts: [(String, Tone)] = []
    if let replay = state.replay {
      parts += replay.status(state.moment ?? taken, style)
    } else if state.moment != nil {
      let minus = style.isUnicode ? "−" : "-"
      let distance = "\(minus)\(LiveWords.clock(nanoseconds: age))"
      parts.append((state.isPaused ? "PAUSED \(distance)" : "PAST \(distance)", .warning))
    } else if writer.isArchive {
      parts.append(("RECORDING, its end", .notice))
    } else {
      let words = "\(LiveWords.span(seconds: Double(age) / 1e9)) old"
      parts.append((isStale ? "STALE" : "LIVE", isStale ? .bad : .good))
      parts.append((words, isStale ? .bad : .plain))
    }
    if frame.sampleCount > 1 {
      parts.append(("\(Decimal.grouped(frame.sampleCount)) samples in one", .plain))
    } else {
      let rate = 1e9 / Double(max(1, writer.intervalNanoseconds))
      parts.append(("\(Decimal.fixed(rate, places: rate < 10 ? 1 : 0)) Hz", .plain))
    }
    if let cost = frame.counters[.cpuNanoseconds], frame.spanNanoseconds > 0 {
      let share = Double(cost) / Double(frame.spanNanoseconds)
      if share < 1000 {
        let of = state.columns >= 100 ? " of a core" : ""
        parts.append(("cost \(Decimal.percent(share))\(of)", .plain))
      }
    }
    return parts
  }

  private mutating func writeVerdict(_ frame: Frame) {
    let verdict = frame.countedVerdict
    let word = (verdict?.rawValue ?? Frame.notCountedWords).uppercased()
    let sentence = LiveLine.clean(
      verdict == nil ? "what follows is known once sockets are" : Sentences.verdict(frame, &names),
      style)
    let room = state.columns - word.count - 2
    let parts = TextWrap.lines(sentence, first: room, state.columns - 2)
    for (index, part) in parts.prefix(state.rows < 16 ? 1 : 3).enumerated() {
      var line = LiveLine(style)
      line.add(index == 0 ? word : "", verdict.map { SnapshotPage.tone($0) } ?? .notice)
      line.add("  ")
      line.add(part, .bold)
      lines.append(line)
    }
  }

  /// How long, how many failed, why, who: what is known, and what is not.
  private mutating func writeFacts(_ frame: Frame) {
    guard state.rows >= 8 else { return }
    var line = LiveLine(style)
    for fact in facts(frame) {
      let isFirst = line.width == 0
      let room = state.columns - (isFirst ? 0 : line.width + 3)
      let forms = ([fact.text] + fact.shorter).map { LiveLine.clean($0, style) }
      // The first one stands, and is cut where it must be.
      guard let text = forms.first(where: { isFirst || DisplayWidth.of($0) <= room }) else {
        continue
      }
      if !isFirst { line.add(separator, .dim) }
      line.add(text, fact.tone)
    }
    lines.append(line)
  }

  private mutating func facts(_ frame: Frame) -> [LiveFact] {
    var facts: [LiveFact] = []
    if let pool = frame.decisive {
      if pool.headroom.last > 0, let seconds = pool.forecast.secondsToExhaustion {
        let tone: Tone = seconds < 60 ? .bad : seconds < 300 ? .warning : .plain
        facts.append(LiveFact("full in \(LiveWords.span(seconds: Double(seconds)))", tone))
      }
      if let failed = frame.counters[.connectFailures], failed > 0 {
        func rate(_ count: UInt64) -> String {
          LiveWords.rate(Double(count) * 1e9 / Double(max(1, frame.spanNanoseconds)))
        }
        let here = frame.failuresKnownHere
        let text = here < failed ? "\(rate(here)) here, \(rate(failed)) on the host" : rate(failed)
        facts.append(LiveFact("failed connects \(text)", here > 0 ? .bad : .notice))
      }
      var named: SocketState?
      if let states = pool.states, states.total > 0,
        let most = states.largest, most.count * 2 >= states.total
      {
        let share = Decimal.percent(Double(most.count) / Double(states.total))
        facts.append(LiveFact("\(share) \(most.state.name.uppercased())", .plain))
        named = most.state
      }
      if let cause = LiveFindings.cause(frame, naming: named) {
        facts.append(LiveFact(cause, .plain))
      }
      if let owner = frame.topOwner(of: pool) {
        let name = names.owner(owner.name)
        var fact = LiveFact("held by \(Sentences.holder(owner, style, &names))", .plain)
        // What it holds stands in the details and with the owners, too.
        fact.shorter = ["mostly \(name)"]
        facts.append(fact)
      }
      if pool.headroom.last > 0, pool.forecast.secondsToExhaustion == nil {
        let steady = pool.forecast.steadyUsage.flatMap { $0.magnitude < 100 ? $0 : nil }
        facts.append(
          steady.map { LiveFact("settles at \(Decimal.percent(Double($0)))", .plain) }
            ?? LiveFact("no forecast", .dim))
      }
    }
    let raised = frame.alarms.count { $0.isRaised }
    if raised > 0 { facts.append(LiveFact("\(raised) alarm\(raised == 1 ? "" : "s")", .warning)) }
    if frame.decisive?.isSearching == true { facts.append(LiveFact("past its cliff", .notice)) }
    let lost = data.losses.lapped + data.losses.torn + data.losses.corrupt
    if lost > 0 { facts.append(LiveFact("\(Decimal.grouped(lost)) frames unreadable", .warning)) }
    if frame.flags.contains(.budgetSpent) { facts.append(LiveFact("budget spent", .warning)) }
    if frame.flags.contains(.limitsMet) {
      facts.append(LiveFact("more pools than remembered", .dim))
    }
    if frame.counters[.connectFailures] == nil {
      facts.append(LiveFact("failures not counted", .dim))
    }
    if frame.flags.contains(.ownersUnavailable) {
      facts.append(LiveFact("owners not collected", .dim))
    }
    return facts
  }
}

/// Something that is said in the head, in few words, where there is room for it.
private struct LiveFact {
  var text: String
  var tone: Tone
  /// Other words for it, where there is less room.
  var shorter: [String] = []

  init(_ text: String, _ tone: Tone) {
    self.text = text
    self.tone = tone
  }
}
