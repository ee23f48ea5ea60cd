internal import Frames
internal import Kernel

/// Where marks come in: a socket of this user, whose path a recorded command has in its environment.
public final class MarkInbox {
  /// The variable that names the socket.
  public static let variable = "ULLAGE_RECORDER"

  private let inbox: DatagramInbox
  private var count = 0

  /// The socket.
  var path: String { inbox.path }

  /// As many marks as a reader of a recording keeps; a script that goes wild fills no disk.
  static let countMax = 10_000

  /// A socket in the first place that has room for one; nil where none has.
  init?() {
    let places = [Environment.value("XDG_RUNTIME_DIR"), Environment.value("TMPDIR"), "/tmp"]
    for case let place? in places where !place.isEmpty {
      do throws(SystemCallError) {
        inbox = try DatagramInbox(in: place, byteCountMax: 4096)
        return
      } catch {
        continue
      }
    }
    return nil
  }

  /// The next mark, and how long ago it was left; nil when there is none. Marks without text, and too many of
  /// them, are taken and left out.
  func next() -> (text: String, nanosecondsAgo: UInt64)? {
    while let message = inbox.next() {
      guard count < Self.countMax,
        let text = EventText.cleaned(message.bytes, byteCountMax: EventText.markByteCountMax)
      else { continue }
      count += 1
      let now = Clock.realtimeNanoseconds()
      let came = message.realtimeNanoseconds == 0 ? now : message.realtimeNanoseconds
      // A clock that was set meanwhile must not move a mark to yesterday.
      return (text, min(now - min(now, came), 60_000_000_000))
    }
    return nil
  }
}
