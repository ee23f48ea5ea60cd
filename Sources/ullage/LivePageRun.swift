import Console
import Frames
import Kernel
import Live
import Rendering

/// The newest state of a source as one page, or as a document.
struct LivePageRun<Source: FrameSource> {
  private let source: Source
  private let windowNanoseconds: UInt64
  private let filter: String

  /// A page of `source`, with a plot of the stretch that ends now.
  init(_ source: Source, windowNanoseconds: UInt64, filter: String) {
    self.source = source
    self.windowNanoseconds = windowNanoseconds
    self.filter = filter
  }

  /// What is to be written. Throws where there is no frame yet.
  func bytes(isJSON: Bool, style: Style, names: Names) throws(Failure) -> [UInt8] {
    let now = Clock.realtimeNanoseconds()
    var state = LiveState(columns: style.columns, rows: 30)
    state.windowNanoseconds = windowNanoseconds
    var reader = LiveReader(source)
    let data = reader.read(state, nowNanoseconds: now)
    guard let newest = data.newest, let writer = data.writer else {
      throw Failure(data.trouble ?? "there is no frame yet: its collector has published none")
    }
    guard isJSON else {
      var names = names
      let lines = LiveScreen.page(
        data, windowNanoseconds: windowNanoseconds, filter: filter, mostRows: 20, style: style,
        names: &names)
      return Array((lines.joined(separator: "\n") + "\n").utf8)
    }
    let taken = newest.takenAtNanoseconds
    let history = History(
      [newest], events: [], writer: writer, losses: data.losses,
      from: taken - min(newest.spanNanoseconds, taken), through: taken, askedAt: now)
    return HistoryDocument.json(history, names: names)
  }
}
