internal import Frames
internal import NIOCore
internal import Rendering

/// Hands events to the streams that wait for them. Belongs to the event loop.
final class EventHub {
  private var streams: [ObjectIdentifier: EventStream] = [:]

  /// How long nothing is said to a stream: a line that means nothing finds clients that are gone.
  private static let quiet = TimeAmount.seconds(15)
  private static let comment = ByteBuffer(string: ":\n\n")

  /// Adds a stream, which gets events from now on.
  func add(_ stream: EventStream) { streams[ObjectIdentifier(stream)] = stream }

  /// Forgets a stream.
  func remove(_ stream: EventStream) { streams[ObjectIdentifier(stream)] = nil }

  /// Gives each stream the events that it wants; streams that want the same are given the same bytes.
  func deliver(_ events: [FrameEvent], now: NIODeadline = .now()) {
    guard !streams.isEmpty else { return }
    for event in events {
      for stream in streams.values where stream.want == event.want {
        stream.send(event.at, event.bytes)
      }
    }
    for stream in streams.values where now - stream.quietSince >= Self.quiet {
      stream.sendComment(Self.comment)
    }
  }

  /// Ends the streams of namespaces that there are no longer.
  func end(of namespaces: [String]) {
    for stream in streams.values where namespaces.contains(stream.want.namespace) {
      stream.close()
    }
  }

  /// Ends all streams.
  func close() {
    for stream in streams.values { stream.close() }
    streams = [:]
  }
}
