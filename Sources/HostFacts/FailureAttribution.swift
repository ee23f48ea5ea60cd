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
    let process: Int32
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
    guard sampled <= ConnectFailureCounter.sampleMax, let tuple = layout.tuple(sample.raw),
      let origin = origin(sample.processID, sample.threadID),
      // A thread that is younger has got the number of one that is gone.
      origin.startedAtBoot <= sample.monotonicNanoseconds &+ slept
    else { return }
    failures.append(
      ConnectFailure(
        processID: sample.processID, threadID: sample.threadID, command: origin.command,
        cgroupID: sample.cgroupID, namespaceInode: origin.namespaceInode,
        isOwnNamespace: origin.isOwnNamespace, source: tuple.source,
        destination: tuple.destination, port: tuple.port,
        monotonicNanoseconds: sample.monotonicNanoseconds))
  }

  /// Each thread is looked up once.
  private mutating func origin(_ process: Int32, _ thread: Int32) -> ThreadOrigin? {
    let key = Thread(process: process, thread: thread)
    if let known = origins[key] { return known }
    guard let home, origins.count < ConnectFailureCounter.lookUpMax else { return nil }
    let origin = ThreadOrigin(process: process, thread: thread, home: home)
    origins[key] = .some(origin)
    return origin
  }
}
