internal import Collector
public import Frames
public import Headroom
public import Inet
public import Kernel
internal import Ring
internal import Synchronization
public import Verdicts

/// A run that is being recorded, on a thread beside it.
///
///     let recording = try RunRecording.start(to: "run.ullage")
///     recording.mark("1000 a second")
///     …
///     let verdict = try recording.stop()
///
/// What `ullage record` does, for a load that is a thread and not a command. Port pools are looked at fifty
/// times a second, for 5 % of one core at most; the file is whole at every moment, and `live`, `history`, `replay`
/// and `report` show it. Nothing is printed. Any thread may call. A recording that is dropped ends as if it had
/// been stopped.
public final class RunRecording: Sendable {
  /// The file.
  public let path: String
  /// Where `ullage mark` leaves marks: the value of `MarkInbox.variable` for a process that is started. Nil where
  /// that was not wanted, or no place had room for a socket.
  public let inboxPath: String?
  private let work: RecorderWork
  private let thread: Mutex<DedicatedThread<Void>?>
  /// Where the recording is that this one replaces, until it is settled.
  private let replaced: Mutex<String?>

  /// Makes the recording at `path` and begins, in the network namespace of the calling thread unless `options`
  /// name another; returns when the first frame is in it. The milliseconds of a count of all sockets.
  ///
  /// Throws `ring` where the file is there already or cannot be made, `noRecording` where it is not to be
  /// replaced, and `sample` where the kernel cannot be asked.
  public static func start(
    to path: String, _ options: RecordingOptions = RecordingOptions()
  ) throws(RecordingError) -> RunRecording {
    let replaced = options.replaces ? try setAside(path) : nil
    do throws(RecordingError) {
      return try start(path, options, replacing: replaced)
    } catch {
      putBack(replaced, to: path)
      throw error
    }
  }

  private static func start(
    _ path: String, _ options: RecordingOptions, replacing replaced: String?
  ) throws(RecordingError) -> RunRecording {
    let work: RecorderWork, thread: DedicatedThread<Void>
    do throws(SystemCallError) {
      work = try RecorderWork(path, options)
      let namespace = options.namespace
      thread = try DedicatedThread { work.run(in: namespace) }
    } catch {
      throw .sample(.system(error))
    }
    // The first count of a large table takes its time.
    let deadline = Clock.monotonicNanoseconds() + UInt64(startSeconds) * 1_000_000_000
    _ = work.ready.wait(untilMonotonicNanoseconds: deadline)
    let (isReady, failure, inboxPath) = work.start
    guard isReady else {
      work.wake.wake()
      // Waits for the thread, which ends.
      _ = consume thread
      throw failure ?? .notStarted(seconds: startSeconds)
    }
    return RunRecording(path, inboxPath, work, thread, replaced)
  }

  private init(
    _ path: String, _ inboxPath: String?, _ work: RecorderWork,
    _ thread: consuming sending DedicatedThread<Void>, _ replaced: String?
  ) {
    self.path = path
    self.inboxPath = inboxPath
    self.work = work
    self.thread = Mutex(thread)
    self.replaced = Mutex(replaced)
  }

  // The thread is waited for by its owner's end.
  deinit { work.wake.wake() }

  /// Why it has stopped by itself, such as by a full disk; nil while it goes on, and after a good end.
  public var failure: RecordingError? { work.failure }

  /// Leaves a mark, a line on the time axis: of 200 bytes, in which control characters are blanks. A text with
  /// nothing to show leaves none, nor does one after `MarkInbox.countMax` others.
  public func mark(_ text: String) {
    guard let mark = EventText.cleaned(text.utf8, byteCountMax: EventText.markByteCountMax) else {
      return
    }
    work.leave(mark: mark)
  }

  /// Puts an event of a moment on CLOCK_MONOTONIC into the recording; of this one if none is given.
  public func note(
    _ kind: Event.Kind, _ text: String, at moment: UInt64 = Clock.monotonicNanoseconds()
  ) {
    work.note(kind, text, at: moment)
  }

  /// How many more TCP connects to `destination`:`port` get a source port, by the newest frame; no system call.
  /// Without `source`, of the source address from which the fewest are left. See `HeadroomTable`.
  public func headroom(
    to destination: IPAddress, port: UInt16, from source: IPAddress? = nil
  ) -> HeadroomAnswer {
    work.headroom(to: destination, port: port, from: source)
  }

  /// Ends the recording with a last frame, and waits for it; nothing when it has ended.
  public func finish() {
    settle()
    end()
  }

  /// Removes for good what this recording replaces; until then, or until the end, ``discard()`` brings it back.
  public func settle() {
    if let aside = replaced.withLock({ $0.take() }) { File.remove(aside) }
  }

  /// Ends the recording as if it had never begun: its file goes, and what it replaced is there again.
  public func discard() {
    end()
    File.remove(path)
    Self.putBack(replaced.withLock { $0.take() }, to: path)
  }

  private func end() {
    work.wake.wake()
    thread.withLock { thread in _ = try? thread.take()?.join() }
  }

  /// Ends the recording and says what it saw. Where `failure` is not nil, that is not all there was.
  ///
  /// Reads the file: tens of microseconds a frame. Throws `ring` where it cannot be read.
  public func stop() throws(RecordingError) -> RunVerdict {
    finish()
    do throws(RingError) {
      return try RecordedRun(path: path).verdict
    } catch {
      throw .ring(error)
    }
  }

  /// Moves a recording that is to be replaced to a name beside it; anything else that is there is left alone.
  private static func setAside(_ path: String) throws(RecordingError) -> String? {
    guard File.exists(path) else { return nil }
    let isRecording: Bool
    do throws(RingError) {
      isRecording = try RingReader(path: path).geometry.isRecording
    } catch {
      throw .ring(error)
    }
    guard isRecording else { throw .noRecording(path: path) }
    let aside = "\(path).replaced-\(Credentials.processID)"
    do throws(SystemCallError) {
      try File.move(path, to: aside)
    } catch {
      throw .sample(.system(error))
    }
    return aside
  }

  private static func putBack(_ aside: String?, to path: String) {
    // Should that fail, what was recorded before is there still, under the other name.
    if let aside { try? File.move(aside, to: path) }
  }

  private static var startSeconds: Int { 30 }
}
