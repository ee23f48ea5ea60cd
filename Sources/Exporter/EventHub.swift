internal import Frames
internal import NIOCore
internal import Rendering

/// Hands new frames to the streams that wait for them. Belongs to the event loop.
final class EventHub {
  private var streams: [ObjectIdentifier: EventStream] = [:]
  private var quietSince = NIODeadline.now()

  /// How long nothing is said to a stream: a line that means nothing finds clients that are gone.
  private static let quiet = TimeAmount.seconds(15)

  /// Adds a stream, which gets frames from now on.
  func add(_ stream: EventStream) { streams[ObjectIdentifier(stream)] = stream }

  /// Forgets a stream.
  func remove(_ stream: EventStream) { streams[ObjectIdentifier(stream)] = nil }

  /// Gives each stream the frames of its namespace.
  func publish(_ look: RingFollower.Look) {
    guard !streams.isEmpty else { return }
    for (ring, frames) in look.frames {
      for frame in frames {
        // Streams that want the same are given the same bytes.
        var events: [Int: ByteBuffer] = [:]
        for stream in streams.values where stream.namespace == ring.writer.namespace {
          let event = events[stream.top] ?? FrameEvent.bytes(frame, of: ring, top: stream.top)
          events[stream.top] = event
          stream.send(frame.takenAtNanoseconds, event)
          quietSince = .now()
        }
      }
    }
    if .now() - quietSince >= Self.quiet {
      quietSince = .now()
      let comment = ByteBuffer(string: ":\n\n")
      for stream in streams.values { stream.sendComment(comment) }
    }
  }

  /// Ends all streams.
  func close() {
    for stream in streams.values { stream.close() }
    streams = [:]
  }
}

/// A frame as a server-sent event: its time is the event's number, its document the data.
enum FrameEvent {
  static func bytes(_ frame: Frame, of ring: RingFollower.Ring, top: Int) -> ByteBuffer {
    let document = HistoryDocument.json(
      History(frame, of: ring, askedAt: frame.takenAtNanoseconds), top: top)
    var buffer = ByteBuffer()
    buffer.reserveCapacity(document.count + 64)
    buffer.writeString("id: \(frame.takenAtNanoseconds)\nevent: frame\ndata: ")
    // The document is one line, and ends it.
    buffer.writeBytes(document)
    buffer.writeString("\n")
    return buffer
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
