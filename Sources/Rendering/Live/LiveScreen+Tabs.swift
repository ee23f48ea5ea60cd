internal import Frames
internal import Pools

/// The line of tabs, the open pool's page and the keys explained.
extension LiveScreen {
  mutating func writeTabs() {
    guard state.rows >= 7 else { return }
    var line = LiveLine(style)
    for tab in LiveTab.allCases {
      if line.width > 0 { line.add("  ") }
      let count = count(tab).map { " \(Decimal.grouped($0))" } ?? ""
      // The active one is in capitals and brackets: not by colour alone.
      if tab == state.tab {
        line.add("[\(tab.name.uppercased())\(count)]", .bold)
      } else {
        line.add("\(tab.name)\(count)", .dim)
      }
    }
    var right = state.tab == .pools || state.tab == .addresses ? "sort \(state.sort.words)" : ""
    if !state.filter.isEmpty {
      right += "\(right.isEmpty ? "" : separator)filter \(LiveLine.clean(state.filter, style))"
    }
    let space = state.columns - line.width - 2
    if space > 8 {
      let right = LiveLine.cut(right, to: space, style)
      line.skip(to: state.columns - DisplayWidth.of(right))
      line.add(right, state.filter.isEmpty ? .dim : .notice)
    }
    lines.append(line)
  }

  func count(_ tab: LiveTab) -> Int? {
    guard let frame = data.current else { return nil }
    switch tab {
    case .pools: return frame.pools.count
    case .addresses: return frame.pools.count { LiveRows.isAddress($0.key) }
    case .owners: return frame.flags.contains(.ownersUnavailable) ? nil : frame.owners.count
    case .states: return nil
    case .events: return data.events.count + frame.alarms.count { $0.isRaised }
    }
  }

  mutating func writeDetail(until height: Int) {
    guard let frame = data.current else { return }
    let rows = LiveRows.list(state, data, &names)
    guard case .pool(let key)? = state.selection[state.tab] ?? rows.first else { return }
    guard let pool = frame.pools.first(where: { $0.key == key }) else {
      add("\(Sentences.name(key, &names)) is not among the pools of this sample", .dim)
      return
    }
    var page = [LiveLine(Sentences.name(key, &names), .bold, style)]
    page += LiveDetail.lines(pool, frame, history, columns: state.columns, style, &names)
    let room = max(0, height - lines.count)
    guard page.count > room else {
      lines += page
      return
    }
    let offset = min(state.detailOffset, page.count - room)
    lines += page[offset..<(offset + room)]
    let rest = page.count - room - offset
    guard rest > 0, room > 1 else { return }
    lines[lines.count - 1] = LiveLine(
      "\(dash) \(rest + 1) more line\(rest == 0 ? "" : "s"): down", .dim, style)
  }

  mutating func writeHelp(until height: Int) {
    let arrows = style.isUnicode ? ("← →", "↑ ↓") : ("left right", "up down")
    let shifted = style.isUnicode ? "⇧" : "shift-"
    var entries: [(String, String)] = [
      (arrows.0, "one sample (or column) back, forth in time"),
      ("\(shifted)\(arrows.0)  PgUp PgDn", "10, 60 steps at a time"),
      ("home  end", "the oldest moment; back to the newest, live"),
      ("space", "hold the newest moment; again: live"),
      (arrows.1, "select a row; scroll an open pool"),
      ("Enter  Esc", "open a pool, go to an event's moment; back"),
      ("tab  1-5", "pools, addresses, owners, states, events"),
      ("/  s", "only rows with this text; the next order"),
      ("n", "another network namespace that is collected"),
      ("+  -", "a narrower, wider stretch of time"),
      ("q  ctrl-C", "quit; ctrl-L draws anew, ctrl-Z stops"),
    ]
    if state.replay != nil {
      // In the places of those that mean something else here.
      entries.removeAll { ["space", "home  end", "n"].contains($0.0) }
      entries.insert(contentsOf: LiveReplay.help, at: 2)
    }
    let bars = Bar.Texture.allCases.map {
      "\(style.isUnicode ? $0.unicode : $0.ascii) \($0.words)"
    }
    let letters =
      "axis: A a alarm raised, cleared, R range changed, S s collector started, stopped, "
      + "C settings read, M mark, F sample failed, T clock set, G samples missed, "
      + "\(style.isUnicode ? "×" : "x") failed connects"
    let width = min(state.columns, 100)
    var page = [LiveLine("KEYS (any key closes this)", .bold, style)]
    for (keys, meaning) in entries {
      var line = LiveLine(style)
      line.add(keys, .bold)
      line.skip(to: 20)
      line.add(meaning)
      page.append(line)
    }
    page.append(LiveLine(style))
    let legend = "bars: " + bars.joined(separator: ", ")
    for text in [legend, letters] {
      for part in TextWrap.lines(LiveLine.clean(text, style), first: width, width) {
        page.append(LiveLine(part, .dim, style))
      }
    }
    lines += page.prefix(max(0, height - lines.count))
  }
}
