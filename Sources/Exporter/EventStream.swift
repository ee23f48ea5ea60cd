internal import NIOCore

/// One client's stream of events: what it wants, and what it has been sent. Belongs to the event loop.
final class EventStream {
  /// Which frames it wants, and how much of each.
  let want: FrameEvent.Want

  /// Where it can write to; says so itself.
  protocol Writer: AnyObject {
    /// Whether the client takes what it is sent.
    var isWritable: Bool { get }
    func write(_ event: ByteBuffer)
    func end()
  }

  private static let waitingLimit = 64
  private weak var writer: (any Writer)?
  private var lastSent: UInt64
  /// Since when nothing has been said to it.
  private(set) var quietSince = NIODeadline.now()
  /// Events that came while the past is being looked up; nil once it has been sent.
  private var waiting: [(at: UInt64, event: ByteBuffer)]? = []

  /// A stream of what came after the event `last`.
  init(_ want: FrameEvent.Want, after last: UInt64, to writer: any Writer) {
    self.want = want
    self.writer = writer
    lastSent = last
  }

  /// Sends the past, and from now on what comes.
  func begin(_ past: [FrameEvent]) {
    let waited = waiting ?? []
    waiting = nil
    for (at, event) in past.map({ ($0.at, $0.bytes) }) + waited where at > lastSent {
      write(at, event)
    }
  }

  /// Sends an event, unless its client has not taken those before: it is told of the next one then.
  func send(_ at: UInt64, _ event: ByteBuffer) {
    if let count = waiting?.count {
      if count < Self.waitingLimit { waiting?.append((at, event)) }
      return
    }
    guard let writer, writer.isWritable else { return }
    write(at, event)
  }

  /// Sends what is no event.
  func sendComment(_ comment: ByteBuffer) {
    quietSince = .now()
    if waiting == nil, let writer, writer.isWritable { writer.write(comment) }
  }

  /// Ends it.
  func close() { writer?.end() }

  private func write(_ at: UInt64, _ event: ByteBuffer) {
    lastSent = at
    quietSince = .now()
    writer?.write(event)
  }
}
