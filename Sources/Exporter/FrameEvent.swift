internal import Frames
internal import NIOCore
internal import Rendering

/// A frame as a server-sent event: its time is the event's number, its document the data.
struct FrameEvent: Sendable {
  /// What streams are sent of frames: those that want the same get the same bytes.
  struct Want: Hashable {
    let namespace: String
    /// Pools of each frame.
    let top: Int
  }

  let want: Want
  /// When the frame was taken.
  let at: UInt64
  let bytes: ByteBuffer

  /// The event of a frame. Makes a document: not for an event loop.
  init(_ frame: Frame, of ring: RingFollower.Ring, top: Int) {
    want = Want(namespace: ring.writer.namespace, top: top)
    at = frame.takenAtNanoseconds
    let document = HistoryDocument.json(History(frame, of: ring, askedAt: at), top: top)
    var buffer = ByteBuffer()
    buffer.reserveCapacity(document.count + 64)
    buffer.writeString("id: \(at)\nevent: frame\ndata: ")
    // The document is one line, and ends it.
    buffer.writeBytes(document)
    buffer.writeString("\n")
    bytes = buffer
  }
}

extension History {
  /// One frame, as a history of that moment.
  init(_ frame: Frame, of ring: RingFollower.Ring, askedAt now: UInt64) {
    let end = frame.takenAtNanoseconds
    self.init(
      [frame], events: [], writer: ring.writer, losses: ring.losses,
      from: end - min(frame.spanNanoseconds, end), through: end, askedAt: now)
  }
}
