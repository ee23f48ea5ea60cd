internal import Alarms
internal import Collector
internal import FrameRing
internal import Frames
internal import Headroom
internal import Inet
internal import Kernel
internal import Netlink
internal import Ring
internal import Synchronization

/// What a recording's thread does, and what passes between it and its owner.
final class RecorderWork: Sendable {
  private struct Note: Sendable {
    let kind: Event.Kind
    let text: String
    let monotonicNanoseconds: UInt64
  }

  private struct State: Sendable {
    var isReady = false
    var inboxPath: String?
    var failure: RecordingError?
    var notes: [Note] = []
    var markCount = 0
  }

  /// The newest frame, and its table once somebody has asked.
  private struct Newest: Sendable {
    var frame: Frame?
    var table: HeadroomTable?
    var hasEnded = false
  }

  let wake: WakeUp
  let ready: WakeUp
  private let state = Mutex(State())
  private let newest = Mutex(Newest())
  private let path: String
  private let options: CollectorOptions
  private let identity: NamespaceIdentity
  private let takesMarks: Bool

  init(_ path: String, _ options: RecordingOptions) throws(SystemCallError) {
    wake = try WakeUp()
    ready = try WakeUp()
    self.path = path
    self.options = options.collector
    takesMarks = options.takesMarks
    if let identity = options.identity {
      self.identity = identity
    } else if let namespace = options.namespace {
      identity = NamespaceIdentity(
        name: "netns:\(namespace.inode)", inode: namespace.inode, cookie: namespace.cookie)
    } else {
      identity = try NamespaceIdentity.current()
    }
  }

  /// Whether it began, why not, and where marks go.
  var start: (isReady: Bool, failure: RecordingError?, inboxPath: String?) {
    state.withLock { ($0.isReady, $0.failure, $0.inboxPath) }
  }

  var failure: RecordingError? { state.withLock { $0.failure } }

  func note(_ kind: Event.Kind, _ text: String, at moment: UInt64) {
    let note = Note(kind: kind, text: text, monotonicNanoseconds: moment)
    state.withLock { $0.notes.append(note) }
  }

  func leave(mark: String) {
    let note = Note(
      kind: .mark, text: mark, monotonicNanoseconds: Clock.monotonicNanoseconds())
    state.withLock { state in
      guard state.markCount < MarkInbox.countMax else { return }
      state.markCount += 1
      state.notes.append(note)
    }
  }

  func headroom(to destination: IPAddress, port: UInt16, from source: IPAddress?) -> HeadroomAnswer
  {
    let interval = options.intervalNanoseconds
    return newest.withLock { newest in
      if newest.hasEnded { return .unknown(.ended) }
      if newest.table == nil {
        newest.table = newest.frame.map { HeadroomTable($0, intervalNanoseconds: interval) }
      }
      guard let table = newest.table else { return .unknown(.noFrame) }
      return table.headroom(
        to: destination, port: port, from: source,
        atMonotonicNanoseconds: Clock.monotonicNanoseconds())
    }
  }

  /// Enters the namespace, and collects until woken.
  func run(in namespace: NetworkNamespace?) {
    do throws(RecordingError) {
      do throws(SystemCallError) {
        try namespace?.enter()
      } catch {
        throw .sample(.system(error))
      }
      try collect()
    } catch {
      state.withLock { $0.failure = error }
    }
    newest.withLock { $0.hasEnded = true }
    ready.wake()
  }

  private func collect() throws(RecordingError) {
    let marks = takesMarks ? MarkInbox() : nil
    var loop = try loop()
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
      throw .ring(error)
    }
  }

  private func loop() throws(RecordingError) -> CollectionLoop<NetlinkSocket> {
    let boot: BootID
    do throws(SystemCallError) { boot = try BootID.current() } catch {
      throw .sample(.system(error))
    }
    let shape = RecordingShape(intervalNanoseconds: options.intervalNanoseconds)
    let writer: FrameRingWriter
    do throws(RingError) {
      writer = try FrameRingWriter(
        RingWriter(
          recording: path, geometry: shape.geometry,
          identity: .own(identity, boot: boot, interval: options.intervalNanoseconds)))
    } catch {
      throw .ring(error)
    }
    let judge = AlarmJudge(AlarmRule.builtIn)
    do throws(SampleError) {
      return try RunningCollector.loop(
        options, into: writer,
        judge: { frame in
          self.newest.withLock { ($0.frame, $0.table) = (frame, nil) }
          return judge.judge(frame)
        })
    } catch {
      throw .sample(error)
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
