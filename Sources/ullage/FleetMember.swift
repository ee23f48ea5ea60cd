import Alarms
import Collector
import Console
import FrameRing
import Frames
import HostFacts
import Kernel
import Logging
import Netlink
import Ring
import Settings
import Synchronization

/// The collector of one namespace besides the host's: a thread inside, and a small ring.
///
/// The thread keeps the namespace alive, so it must end when nobody else is in it any more. An owner that
/// forgets it waits for its end.
final class FleetMember {
  private let work: MemberWork
  private var thread: DedicatedThread<Void>?

  /// How the namespace is called.
  var name: String { work.identity.name }
  /// Its ring.
  var path: String { work.path }

  /// Starts to collect the namespace; nil when it has gone.
  init?(
    _ bound: NamespaceBound, _ configuration: CollectorConfiguration, boot: BootID, share: Double,
    log: @escaping @Sendable (Event) -> Void
  ) throws(Failure) {
    let entry = bound.entry
    let namespace: NetworkNamespace
    do throws(SystemCallError) {
      guard let open = try entry.open() else { return nil }
      namespace = open
    } catch {
      throw Failure("\(error)")
    }
    let work = MemberWork(
      NamespaceIdentity(name: entry.name, inode: entry.inode),
      path: Self.path(bound, in: configuration.ring.directory),
      mount: entry.mounts.first,
      wake: try Failure.rewording { () throws(SystemCallError) in try WakeUp() }, share: share)
    self.work = work
    thread = try Failure.rewording { () throws(SystemCallError) in
      // The thread enters by itself, so that a refusal is seen as an end.
      try DedicatedThread { work.run(in: namespace, configuration, boot, log) }
    }
  }

  deinit { work.wake.wake() }

  /// The ring that a member has in a directory.
  static func path(_ bound: NamespaceBound, in directory: String) -> String {
    MemberRings.file(in: directory, cookie: bound.space?.cookie, inode: bound.entry.inode)
  }

  /// Why it ended by itself; nil while it runs.
  var ended: Failure? {
    work.state.withLock { $0.hasEnded ? $0.failure ?? Failure("its thread ended") : nil }
  }

  /// The share of one core that it may use from its next step on.
  func setShare(_ share: Double) { work.state.withLock { $0.share = share } }

  /// Ends it, and waits until its thread has left the namespace; what is raised is cleared if that `isGone`.
  /// Returns why it could not be collected, if that was so.
  @discardableResult
  func end(_ reason: String, isGone: Bool = false) -> Failure? {
    work.state.withLock {
      $0.reason = reason
      $0.isGone = isGone
    }
    work.wake.wake()
    do throws(SystemCallError) {
      try thread.take()?.join()
    } catch {
      return Failure("\(error)")
    }
    return work.state.withLock { $0.failure }
  }

  /// Two minutes of frames, a quarter of an hour of 10 s, two hours of minutes: 3.5 MiB.
  static let shape: FrameRingShape = {
    var shape = FrameRingShape()
    shape.rawCount = 120
    shape.tenSecondCount = 90
    shape.minuteCount = 120
    shape.eventCount = 128
    return shape
  }()
}

/// What a member's thread does, and what passes between it and its owner.
private final class MemberWork: Sendable {
  struct State: Sendable {
    var share: Double
    var reason = ""
    var isGone = false
    var failure: Failure?
    var hasEnded = false
  }

  let identity: NamespaceIdentity
  let path: String
  /// Where the namespace is mounted, if it is.
  let mount: String?
  let wake: WakeUp
  let state: Mutex<State>

  init(
    _ identity: NamespaceIdentity, path: String, mount: String?, wake: WakeUp, share: Double
  ) {
    self.mount = mount
    self.identity = identity
    self.path = path
    self.wake = wake
    state = Mutex(State(share: share))
  }

  /// Enters the namespace, and collects until woken.
  func run(
    in namespace: NetworkNamespace, _ configuration: CollectorConfiguration, _ boot: BootID,
    _ log: @escaping (Event) -> Void
  ) {
    var options = configuration.options
    options.budgetShare = state.withLock { $0.share }
    // The host's counters are the host's loop's; here it is the failures of this namespace.
    options.failures.usesPerf = false
    options.failures.usesTraceInstance = false
    options.failures.namespacePath = mount
    let failure: Failure?
    do throws(SystemCallError) {
      try namespace.enter()
      failure = collect(options, configuration, boot, log)
    } catch {
      failure = Failure(SampleError.system(error))
    }
    state.withLock {
      $0.failure = failure
      $0.hasEnded = true
    }
  }

  private func collect(
    _ options: CollectorOptions, _ configuration: CollectorConfiguration, _ boot: BootID,
    _ log: @escaping (Event) -> Void
  ) -> Failure? {
    do throws(Failure) {
      var writer = try Failure.rewording { () throws(RingError) in
        try FrameRingWriter(
          RingWriter(
            path: path, geometry: FleetMember.shape.geometry,
            identity: .own(identity, boot: boot, interval: options.intervalNanoseconds),
            mode: configuration.ring.mode))
      }
      let judge = AlarmJudge(configuration.alarms)
      judge.restore(
        try Failure.rewording { () throws(RingError) in try writer.alarmState() }, boot: boot)
      var loop: CollectionLoop<NetlinkSocket>
      do throws(SampleError) {
        loop = try RunningCollector.loop(
          options, into: writer, judge: { judge.judge($0) }, log: log)
      } catch {
        return Failure(error)
      }
      do throws(RingError) {
        try loop.note(
          .collectorStarted, "the collector started on this namespace (ullage \(Version.current))")
        repeat {
          loop.setBudgetShare(state.withLock { $0.share })
          try loop.step()
        } while !wake.wait(untilMonotonicNanoseconds: loop.nextNanoseconds)
        let (reason, isGone) = state.withLock { ($0.reason, $0.isGone) }
        if isGone { try loop.conclude(judge.namespaceGone(boot: boot)) }
        try loop.note(.collectorStopped, reason)
        try loop.close()
        return nil
      } catch {
        return Failure("\(error)")
      }
    } catch {
      return error
    }
  }
}
