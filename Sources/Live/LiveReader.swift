public import Frames
public import Rendering

/// Reads from a source what the live screen is to show, and remembers it: a picture costs the frames
/// that are new, not the whole window.
public struct LiveReader<Source: FrameSource> {
  private var source: Source
  private var frames: [Frame] = []
  /// What `frames` was asked for.
  private var covered: (start: UInt64, end: UInt64, width: UInt64, writer: UInt64)?
  private var appended = 0
  private var past: (moment: UInt64, frame: Frame)?
  private var last: LiveData?

  /// The most frames that the time window is made of; the source chooses the resolution accordingly.
  private var limit: Int { 1500 }

  /// A reader of `source`.
  public init(_ source: Source) { self.source = source }

  /// Goes over to another source; what was read of the last one is forgotten.
  public mutating func replaceSource(_ source: Source) { self = LiveReader(source) }

  /// What there is now to be shown in `state`. Where reading fails the last picture stays, and says so.
  public mutating func read(_ state: LiveState, nowNanoseconds: UInt64) -> LiveData {
    do {
      let data = try look(state, nowNanoseconds)
      last = data
      return data
    } catch {
      var data = last ?? LiveData(nowNanoseconds: nowNanoseconds)
      data.nowNanoseconds = nowNanoseconds
      data.trouble = (error as? any CustomStringConvertible)?.description ?? "frames cannot be read"
      return data
    }
  }

  private mutating func look(
    _ state: LiveState, _ now: UInt64
  ) throws(Source.Failure) -> LiveData {
    var data = LiveData(nowNanoseconds: now)
    try source.refresh()
    data.writer = source.writer
    data.newest = try source.newest()
    data.oldestNanoseconds = try source.oldestNanoseconds()
    let (start, end) = state.window(data)
    try cover(start, end, state.windowNanoseconds)
    data.frames = frames
    data.events = try source.events(from: start, through: end, limit: 500)
    data.current = data.newest
    if let moment = state.moment { data.current = try frame(at: moment, data) ?? data.newest }
    data.losses = source.losses
    return data
  }

  /// Makes `frames` those of the window: reads what is new, or everything after a jump.
  private mutating func cover(
    _ start: UInt64, _ end: UInt64, _ width: UInt64
  ) throws(Source.Failure) {
    let writer = source.writer.startedAtNanoseconds
    if let covered, covered.width == width, covered.writer == writer, start >= covered.start,
      start <= covered.end, appended < limit
    {
      if end > covered.end {
        let new = try source.frames(from: covered.end + 1, through: end, limit: limit)
        appended += new.count
        frames += new
      }
      if let first = frames.firstIndex(where: { $0.takenAtNanoseconds >= start }), first > 64 {
        // The one before the window leads into it.
        frames.removeFirst(first - 1)
        self.covered?.start = start
      }
      self.covered?.end = max(end, covered.end)
      return
    }
    frames = try source.frames(from: start, through: end, limit: limit)
    appended = 0
    covered = (start, end, width, writer)
  }

  /// The newest frame that is not younger than `moment`, in the finest resolution that is left.
  private mutating func frame(
    at moment: UInt64, _ data: LiveData
  ) throws(Source.Failure) -> Frame? {
    if let past, past.moment == moment { return past.frame }
    let oldest = data.oldestNanoseconds ?? moment
    var distance = 3 * min(max(1_000_000, source.writer.intervalNanoseconds), 86_400_000_000_000)
    while true {
      let start = max(min(oldest, moment), moment > distance ? moment - distance : 0)
      let found = try source.frames(from: start, through: moment, limit: 256)
      if let frame = found.last {
        past = (moment, frame)
        return frame
      }
      if start <= oldest { break }
      let (wider, overflows) = distance.multipliedReportingOverflow(by: 8)
      distance = overflows ? .max : wider
    }
    // Nothing is as old as that: the first one there is.
    let after = try source.frames(from: moment, through: .max, limit: limit).first
    if let after { past = (moment, after) }
    return after
  }
}
