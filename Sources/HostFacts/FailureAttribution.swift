internal import Kernel

/// Turns samples into failures with an owner, as long as there is room and their threads are there.
struct FailureAttribution {
  private let layout: ConnectFailureLayout
  private let home: ThreadOrigin.Home?
  private var origins: [Thread: ThreadOrigin?] = [:]
  /// CLOCK_BOOTTIME - CLOCK_MONOTONIC: samples have the one, threads' starts the other.
  private let slept: UInt64
  /// Samples so far.
  private(set) var sampled: UInt64 = 0
  /// Those that are attributed.
  private(set) var failures: [ConnectFailure] = []

  private struct Thread: Hashable {
    /// Nil where only the thread is known.
    let process: Int32?
    let thread: Int32
  }

  init(_ layout: ConnectFailureLayout, _ home: ThreadOrigin.Home?) {
    self.layout = layout
    self.home = home
    let boot = Clock.bootNanoseconds(), monotonic = Clock.monotonicNanoseconds()
    slept = boot - min(boot, monotonic)
  }

  mutating func add(_ sample: PerfSample) {
    sampled += 1
    add(
      sample.raw, Thread(process: sample.processID, thread: sample.threadID),
      at: sample.monotonicNanoseconds, cgroupID: sample.cgroupID)
  }

  /// A record of a buffer whose clock is CLOCK_MONOTONIC: it tells the thread, and not the process.
  mutating func add(_ record: borrowing TraceBufferPage.Record) {
    sampled += 1
    guard let thread = layout.threadID(record.raw) else { return }
    add(
      record.raw, Thread(process: nil, thread: thread), at: record.nanoseconds, cgroupID: nil)
  }

  private mutating func add(
    _ record: Span<UInt8>, _ thread: Thread, at monotonicNanoseconds: UInt64, cgroupID: UInt64?
  ) {
    guard sampled <= ConnectFailureCounter.sampleMax, let tuple = layout.tuple(record),
      let origin = origin(thread),
      // A thread that is younger has got the number of one that is gone.
      origin.startedAtBoot <= monotonicNanoseconds &+ slept
    else { return }
    failures.append(
      ConnectFailure(
        processID: origin.processID, threadID: thread.thread, command: origin.command,
        cgroupID: cgroupID, namespaceInode: origin.namespaceInode,
        isOwnNamespace: origin.isOwnNamespace, source: tuple.source,
        destination: tuple.destination, port: tuple.port,
        monotonicNanoseconds: monotonicNanoseconds))
  }

  /// Each thread is looked up once.
  private mutating func origin(_ key: Thread) -> ThreadOrigin? {
    if let known = origins[key] { return known }
    guard let home, origins.count < ConnectFailureCounter.lookUpMax else { return nil }
    let process = key.process ?? ThreadOrigin.process(of: key.thread)
    let origin = process.flatMap { ThreadOrigin(process: $0, thread: key.thread, home: home) }
    origins[key] = .some(origin)
    return origin
  }
}
