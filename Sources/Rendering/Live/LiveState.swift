public import Frames
public import Pools

/// What the live screen shows: which moment, which tab, which row, how wide a stretch of time.
///
/// A plain value; `press` makes the next one of it. The picture is `LiveScreen.lines`.
public struct LiveState: Hashable, Sendable {
  /// The screen's width in cells.
  public var columns: Int
  /// The screen's height in lines.
  public var rows: Int
  /// The moment that is shown, CLOCK_REALTIME nanoseconds; nil: the newest, whatever comes.
  public var moment: UInt64?
  /// Whether the newest moment was held by the space bar.
  public var isPaused = false
  /// Where the time window ends while `moment` is set; the newest moment otherwise.
  public var windowEnd: UInt64?
  /// The width of the time window.
  public var windowNanoseconds: UInt64 = 300_000_000_000
  /// What the table lists.
  public var tab = LiveTab.pools
  /// The order of pools and addresses.
  public var sort = LiveSort.usage
  /// The row that is selected in each tab; the first one where there is none, or it is gone.
  public var selection: [LiveTab: LiveRow] = [:]
  /// Only rows whose name has this in it, in upper or lower case.
  public var filter = ""
  /// Whether the filter is being typed.
  public var isEditingFilter = false
  /// Whether one pool is open.
  public var isDetailOpen = false
  /// The first line of the open pool's page that is shown.
  public var detailOffset = 0
  /// The replay, where the past is played again.
  public var replay: LiveReplay?
  /// Whether the list of rings is open.
  public var isRingListOpen = false
  /// The ring that is selected in it; the one that is shown, where there is none or it has gone.
  public var selectedRing: String?
  /// Whether the keys are explained.
  public var isHelpOpen = false

  /// The newest moment on a screen of that size.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The widths that the time window can have, in seconds.
  static let zooms: [UInt64] = [
    10, 30, 60, 120, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800,
  ]

  /// The time window in `data`: its begin and its end.
  public func window(_ data: LiveData) -> (start: UInt64, end: UInt64) {
    let newest = data.newest?.takenAtNanoseconds ?? data.nowNanoseconds
    let end = moment == nil ? newest : windowEnd ?? newest
    return (end > windowNanoseconds ? end - windowNanoseconds : 0, end)
  }

  /// The time that one column of the plot stands for.
  public var columnNanoseconds: UInt64 {
    windowNanoseconds / UInt64(max(1, LiveLayout(self).plotColumns))
  }
}

/// What identifies a row of the table, also when the order changes.
public enum LiveRow: Hashable, Sendable {
  /// A pool or an address.
  case pool(PoolKey)
  /// An owner.
  case owner(OwnerRecord.Kind, UInt64)
  /// A quantity of the namespace.
  case gauge(HostGauge)
  /// What happened in the frame's time.
  case counter(HostCounter)
  /// An alarm that is raised.
  case alarm(String, AlarmSubject)
  /// An event.
  case event(UInt64, Event.Kind, UInt64)
}
