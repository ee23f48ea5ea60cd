internal import Frames

/// What a key did, beyond the state.
public enum LiveReaction: Hashable, Sendable {
  /// Nothing, or nothing beyond the state.
  case goOn
  /// The program is to end.
  case quit
  /// The whole screen is to be written again.
  case redraw
  /// The ring at this path is to be shown.
  case open(String)
  /// The program is to stop, as ctrl-Z does it.
  case suspend
}

extension LiveState {
  /// Changes the state as `key` asks, with what is on the screen now.
  public mutating func press(
    _ key: Key, _ data: LiveData, _ names: inout Names
  ) -> LiveReaction {
    switch key {
    case .control("c"): return .quit
    case .control("l"): return .redraw
    case .control("z"): return .suspend
    default: break
    }
    if replay?.asked != nil {
      ask(key, data)
    } else if isEditingFilter {
      edit(key)
    } else if isHelpOpen {
      // Any key closes what explains the keys; those that quit still do.
      isHelpOpen = false
      if key == .character("q") { return .quit }
    } else if key == .character("q") {
      return .quit
    } else if isRingListOpen {
      return choose(key, data)
    } else if !pressReplay(key, data) {
      command(key, data, &names)
    }
    return .goOn
  }

  private mutating func command(_ key: Key, _ data: LiveData, _ names: inout Names) {
    switch key {
    case .left: move(by: -1, data)
    case .right: move(by: 1, data)
    case .shiftLeft: move(by: -10, data)
    case .shiftRight: move(by: 10, data)
    case .pageUp: move(by: -60, data)
    case .pageDown: move(by: 60, data)
    case .home: if let oldest = data.oldestNanoseconds { show(oldest, data) }
    case .end: goLive()
    case .character(" "): if moment == nil { pause(data) } else { goLive() }
    case .up, .character("k"): select(by: -1, data, &names)
    case .down, .character("j"): select(by: 1, data, &names)
    case .tab: change(to: tab.moved(1))
    case .backTab: change(to: tab.moved(-1))
    case .enter: open(data, &names)
    case .escape: goBack()
    case .character("/"): isEditingFilter = true
    case .character("n"):
      isRingListOpen = !data.rings.isEmpty
      selectedRing = nil
    case .character("s"): sort = sort.next
    case .character("+"), .character("="): zoom(-1, data)
    case .character("-"), .character("_"): zoom(1, data)
    case .character("?"), .character("h"): isHelpOpen = true
    case .character(let digit):
      if let number = digit.wholeNumberValue, let tab = LiveTab(rawValue: number - 1) {
        change(to: tab)
      }
    default: break
    }
  }

  /// A key while the list of rings is open.
  private mutating func choose(_ key: Key, _ data: LiveData) -> LiveReaction {
    let place = ringPlace(data)
    switch key {
    case .up, .character("k"): if let place { selectedRing = data.rings[max(0, place - 1)].path }
    case .down, .character("j"):
      if let place { selectedRing = data.rings[min(data.rings.count - 1, place + 1)].path }
    case .enter:
      isRingListOpen = false
      if let place, data.rings[place].path != data.ring { return .open(data.rings[place].path) }
    case .escape, .character("n"): isRingListOpen = false
    case .character("?"), .character("h"): isHelpOpen = true
    default: break
    }
    return .goOn
  }

  /// The place of the selected ring in the list; nil when the list is empty.
  func ringPlace(_ data: LiveData) -> Int? {
    data.rings.firstIndex { $0.path == selectedRing }
      ?? data.rings.firstIndex { $0.path == data.ring } ?? (data.rings.isEmpty ? nil : 0)
  }

  /// Goes over to another ring: its rows are other ones, the moment stays, as far as the ring has it.
  public mutating func changeRing() {
    isRingListOpen = false
    selectedRing = nil
    selection = [:]
    isDetailOpen = false
    detailOffset = 0
  }

  private mutating func edit(_ key: Key) {
    switch key {
    case .enter: isEditingFilter = false
    case .escape:
      isEditingFilter = false
      filter = ""
    case .backspace: if !filter.isEmpty { filter.removeLast() } else { isEditingFilter = false }
    case .control("u"): filter = ""
    case .control("w"):
      while filter.last == " " { filter.removeLast() }
      while let last = filter.last, last != " " { filter.removeLast() }
    case .character(let character): if filter.count < 64 { filter.append(character) }
    default: break
    }
  }

  /// Back by one level: from the open pool, the filter, the past.
  private mutating func goBack() {
    if isDetailOpen {
      isDetailOpen = false
    } else if !filter.isEmpty {
      filter = ""
    } else {
      goLive()
    }
  }

  private mutating func change(to tab: LiveTab) {
    self.tab = tab
    isDetailOpen = false
  }

  private mutating func select(by step: Int, _ data: LiveData, _ names: inout Names) {
    if isDetailOpen {
      // No page is longer than that; the screen stops at its last line.
      detailOffset = min(max(0, detailOffset + step), 20)
      return
    }
    let rows = LiveRows.list(self, data, &names)
    guard !rows.isEmpty else { return }
    let index = LiveRows.selected(self, rows)
    selection[tab] = rows[min(max(0, index + step), rows.count - 1)]
  }

  private mutating func open(_ data: LiveData, _ names: inout Names) {
    let rows = LiveRows.list(self, data, &names)
    guard !rows.isEmpty else { return }
    let row = rows[LiveRows.selected(self, rows)]
    switch row {
    case .pool:
      selection[tab] = row
      isDetailOpen.toggle()
      detailOffset = 0
    case .alarm(_, .pool(let key)):
      selection[.pools] = .pool(key)
      change(to: .pools)
    case .event(let at, _, _): show(at, data)
    case .owner, .gauge, .counter, .alarm: break
    }
  }
}
