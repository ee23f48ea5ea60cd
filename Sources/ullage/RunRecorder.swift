import Alarms
import Collector
import Console
import FrameRing
import Frames
import Kernel
import Netlink
import Ring
import Synchronization

/// Collects into a recording, on a thread of its own, and takes marks. It ends with its owner.
final class RunRecorder {
  /// Where marks go; nil where there is no place for a socket.
  let inboxPath: String?
  private let work: RecorderWork
  private var thread: DedicatedThread<Void>?

  /// Makes the recording and begins; returns when the first frame is in it.
  init(_ request: RecordRequest) throws(Failure) {
    let work = try Failure.rewording { () throws(SystemCallError) in try RecorderWork(request) }
    let namespace = request.namespace
    thread = try Failure.rewording { () throws(SystemCallError) in
      try DedicatedThread { work.run(in: namespace) }
    }
    // The first count of a large table takes its time.
    let deadline = Clock.monotonicNanoseconds() + 30_000_000_000
    _ = work.ready.wait(untilMonotonicNanoseconds: deadline)
    let state = work.state.withLock { $0 }
    guard state.isReady else {
      work.wake.wake()
      throw state.failure ?? Failure("recording did not start within 30 s")
    }
    inboxPath = state.inboxPath
    self.work = work
  }

  deinit { work.wake.wake() }

  /// Why it has stopped by itself; nil while it goes on.
  var failure: Failure? { work.state.withLock { $0.failure } }

  /// Puts an event of a moment on CLOCK_MONOTONIC into the recording; of this one if none is given.
  func note(
    _ kind: Event.Kind, _ text: String, at moment: UInt64 = Clock.monotonicNanoseconds()
  ) {
    let note = RecorderWork.Note(kind: kind, text: text, monotonicNanoseconds: moment)
    work.state.withLock { $0.notes.append(note) }
  }

  /// Ends the recording with a last frame, and waits for it.
  func finish() {
    work.wake.wake()
    _ = try? thread.take()?.join()
  }
}

/// What a recorder's thread does, and what passes between it and its owner.
private final class RecorderWork: Sendable {
  struct Note: Sendable {
    let kind: Event.Kind
    let text: String
    let monotonicNanoseconds: UInt64
  }

  struct State: Sendable {
    var isReady = false
    var inboxPath: String?
    var failure: Failure?
    var notes: [Note] = []
  }

  let wake: WakeUp
  let ready: WakeUp
  let state = Mutex(State())
  private let path: String
  private let options: CollectorOptions
  private let identity: NamespaceIdentity

  init(_ request: RecordRequest) throws(SystemCallError) {
    wake = try WakeUp()
    ready = try WakeUp()
    (path, options, identity) = (request.path, request.options, request.identity)
  }

  /// Enters the namespace, and collects until woken.
  func run(in namespace: NetworkNamespace?) {
    do throws(SystemCallError) {
      try namespace?.enter()
      do throws(Failure) {
        try collect()
      } catch {
        state.withLock { $0.failure = error }
      }
    } catch {
      state.withLock { $0.failure = Failure(SampleError.system(error)) }
    }
    ready.wake()
  }

  private func collect() throws(Failure) {
    let boot = try Failure.rewording(BootID.current)
    let shape = RecordingShape(intervalNanoseconds: options.intervalNanoseconds)
    let writer = try Failure.rewording { () throws(RingError) in
      try FrameRingWriter(
        RingWriter(
          recording: path, geometry: shape.geometry,
          identity: .own(identity, boot: boot, interval: options.intervalNanoseconds)))
    }
    let judge = AlarmJudge(AlarmRule.builtIn)
    var loop = try RunningCollector.loop(options, into: writer, judge: { judge.judge($0) })
    let marks = MarkInbox()
    if marks == nil {
      Failure.warn("no socket could be made for marks: `ullage mark` will not work")
    }
    do throws(RingError) {
      try loop.step()
      state.withLock {
        $0.isReady = true
        $0.inboxPath = marks?.path
      }
      ready.wake()
      var isLast = false
      while !isLast {
        // Marks come whether or not a sample is due.
        let soon = Clock.monotonicNanoseconds() + 100_000_000
        isLast = wake.wait(untilMonotonicNanoseconds: min(loop.nextNanoseconds, soon))
        try publish(marks, into: &loop)
        if isLast { try loop.publishLast() } else { try loop.step() }
      }
      try loop.close()
    } catch {
      throw Failure("\(error)")
    }
  }

  private func publish(
    _ marks: MarkInbox?, into loop: inout CollectionLoop<NetlinkSocket>
  ) throws(RingError) {
    // In the order in which it happened, wherever it came from.
    var notes: [Note] = []
    while let mark = marks?.next() {
      let now = Clock.monotonicNanoseconds()
      notes.append(
        Note(
          kind: .mark, text: mark.text, monotonicNanoseconds: now - min(now, mark.nanosecondsAgo)))
    }
    notes += state.withLock { state in
      defer { state.notes = [] }
      return state.notes
    }
    notes.sort { $0.monotonicNanoseconds < $1.monotonicNanoseconds }
    for note in notes {
      let now = Clock.monotonicNanoseconds()
      try loop.note(
        note.kind, note.text, nanosecondsAgo: now - min(now, note.monotonicNanoseconds))
    }
  }
}
