public import Frames
public import Kernel
public import Rendering

/// The loop of the full-screen view: waits for keys, signals and the next moment to look, and shows.
///
/// One thread; it holds the terminal while `run` runs and gives it back on every way out.
public struct LiveLoop<Source: FrameSource> {
  private var reader: LiveReader<Source>
  private var state: LiveState
  private var names: Names
  private let style: Style
  private let refreshMilliseconds: Int
  private var data: LiveData
  private var decoder = KeyDecoder()
  private var diff = ScreenDiff()
  private var isDue = true
  /// When the picture was made that is shown: CLOCK_MONOTONIC nanoseconds.
  private var paintedAt: UInt64?
  private var sources: LiveSources<Source>?
  private var rings: (list: [RingSummary], at: UInt64) = ([], 0)
  /// Why the ring that was chosen cannot be shown; until the next key.
  private var refusal: String?

  /// How a loop ended.
  public enum End: Hashable, Sendable {
    /// A key asked for it.
    case quit
    /// The terminal is gone.
    case hangup
    /// A signal asked for it: the process is to end by it.
    case signal(TerminalSession.Signal)
  }

  /// A loop that shows `source`, looking at it every `refreshMilliseconds`; `sources` are those that can be chosen
  /// instead.
  ///
  /// The style's columns do not matter: the terminal says how large it is.
  public init(
    _ source: Source, style: Style, names: Names, refreshMilliseconds: Int = 200,
    windowNanoseconds: UInt64 = 300_000_000_000, filter: String = "",
    sources: LiveSources<Source>? = nil
  ) {
    self.init(
      source, style: style, names: names, refreshMilliseconds: refreshMilliseconds,
      state: LiveState(columns: 80, rows: 24))
    self.sources = sources
    state.windowNanoseconds = windowNanoseconds
    state.filter = filter
  }

  /// A loop that begins with `state`, whose size does not matter.
  public init(
    _ source: Source, style: Style, names: Names, refreshMilliseconds: Int, state: LiveState
  ) {
    reader = LiveReader(source)
    self.state = state
    self.names = names
    self.style = style
    self.refreshMilliseconds = max(1, refreshMilliseconds)
    data = LiveData(nowNanoseconds: Clock.realtimeNanoseconds())
  }

  /// Takes over the terminal and shows, until somebody has enough. A signal that ends programs ends this
  /// one, when the terminal is as it was.
  public mutating func run() throws(SystemCallError) -> End {
    let session = try TerminalSession()
    let end = try show(session)
    if case .signal(let signal) = end { session.end(by: signal) }
    return end
  }

  private mutating func show(_ session: borrowing TerminalSession) throws(SystemCallError) -> End {
    resize(session)
    var deadline = Clock.monotonicNanoseconds()
    while true {
      let now = Clock.monotonicNanoseconds()
      if isDue || now >= deadline {
        try paint(session)
        isDue = false
        deadline = Clock.monotonicNanoseconds() + UInt64(refreshMilliseconds) * 1_000_000
      }
      let left = deadline > now ? Int((deadline - now) / 1_000_000) + 1 : 1
      let news = try session.wait(milliseconds: decoder.isPending ? min(left, 50) : left)
      if let end = try hear(news.signals, session) { return end }
      if news.isHungUp { return .hangup }
      let isSilent = news.bytes.isEmpty && decoder.isPending && news.signals.isEmpty
      for key in isSilent ? decoder.timeOut() : decoder.decode(news.bytes) {
        if let end = try press(key, session) { return end }
      }
    }
  }

  private mutating func press(
    _ key: Key, _ session: borrowing TerminalSession
  ) throws(SystemCallError) -> End? {
    let before = state
    refusal = nil
    switch state.press(key, data, &names) {
    case .quit: return .quit
    case .redraw:
      diff.reset()
      resize(session)
    case .suspend: try stop(session)
    case .open(let path): change(to: path)
    case .goOn: break
    }
    // The next key is to find what this one leads to.
    if state.moment != before.moment || state.isRingListOpen != before.isRingListOpen { read() }
    isDue = true
    return nil
  }

  private mutating func hear(
    _ signals: [TerminalSession.Signal], _ session: borrowing TerminalSession
  ) throws(SystemCallError) -> End? {
    for signal in signals {
      switch signal {
      case .resized: resize(session)
      case .stop: try stop(session)
      case .continued:
        try session.resume()
        diff.reset()
        resize(session)
      case .hangup, .interrupt, .quit, .terminate: return .signal(signal)
      }
    }
    return nil
  }

  private mutating func stop(_ session: borrowing TerminalSession) throws(SystemCallError) {
    try session.stop()
    diff.reset()
    resize(session)
  }

  private mutating func resize(_ session: borrowing TerminalSession) {
    let size = session.size
    state.columns = min(max(size?.columns ?? 80, 1), 1000)
    state.rows = min(max(size?.rows ?? 24, 1), 500)
    isDue = true
  }

  private mutating func paint(_ session: borrowing TerminalSession) throws(SystemCallError) {
    let now = Clock.monotonicNanoseconds()
    if let paintedAt { state.play(nanoseconds: now - min(now, paintedAt), data) }
    paintedAt = now
    read()
    let lines = LiveScreen.lines(state, data, style: style, names: &names)
    let bytes = diff.bytes(lines, columns: state.columns)
    if !bytes.isEmpty { try session.write(bytes) }
  }

  /// What is to be shown, with the rings that can be chosen.
  private mutating func read() {
    data = reader.read(state, nowNanoseconds: Self.now)
    data.trouble = refusal ?? data.trouble
    guard let sources else { return }
    let now = Clock.monotonicNanoseconds()
    // While nobody looks at the list it only says whether there is one.
    if rings.at == 0 || now - rings.at >= (state.isRingListOpen ? 500_000_000 : 5_000_000_000) {
      rings = (sources.list(), now)
    }
    data.rings = rings.list
    data.ring = sources.current
    data.isRemoved = !sources.isThere(sources.current)
  }

  private mutating func change(to path: String) {
    guard sources != nil else { return }
    do {
      if let source = try sources?.open(path) {
        reader.replaceSource(source)
        sources?.current = path
        state.changeRing()
      }
    } catch {
      refusal = (error as? any CustomStringConvertible)?.description ?? "\(path) cannot be opened"
    }
    rings.at = 0
    read()
  }

  private static var now: UInt64 { Clock.realtimeNanoseconds() }
}
