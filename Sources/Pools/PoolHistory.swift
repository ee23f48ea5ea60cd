/// What the counts of one connect pool have shown over the last minutes, and what is known to come back:
/// the memory behind its trend. Bounded; times are seconds of CLOCK_MONOTONIC.
///
/// The quantity that is followed is *gross*: ports taken plus all that came back so far. It rises with
/// arrivals alone and does not fall at a tooth, so its slope is the rate of arrivals over any time.
public struct PoolHistory: Hashable, Sendable {
  /// One count of the pool.
  public struct Count: Hashable, Sendable {
    /// When it began and ended.
    public var seconds: ClosedRange<Double>
    /// |A|.
    public var capacity: Int
    /// Ports of A that connect() cannot take.
    public var taken: Int
    /// Of these, ports in TIME_WAIT.
    public var timeWait: Int
    /// Of these, ports in FIN_WAIT2, with a socket or without.
    public var finWait2: Int
    /// The number of taken ports at which connect() begins to search; nil when it does.
    public var cliffAt: Int?
    /// Tcp ActiveOpens before the count; nil when not known.
    public var opens: UInt64?

    /// A count at one moment.
    public init(
      at seconds: Double, capacity: Int, taken: Int, timeWait: Int, finWait2: Int = 0,
      cliffAt: Int? = nil, opens: UInt64? = nil
    ) {
      self.seconds = seconds...seconds
      self.capacity = capacity
      self.taken = taken
      self.timeWait = timeWait
      self.finWait2 = finWait2
      self.cliffAt = cliffAt
      self.opens = opens
    }
  }

  /// Ports that come back at a moment of CLOCK_MONOTONIC.
  public typealias Tooth = ReleaseSchedule.Tooth

  struct Sample: Hashable, Sendable {
    var seconds: Double
    /// Taken, plus released so far.
    var gross: Double
    /// Taken and not waiting.
    var live: Double
    /// Tcp ActiveOpens; nil when not known, or where the sample was inferred.
    var opens: UInt64?
  }

  let comb: ReleaseComb
  /// How a port comes back: after how many seconds, and whether at the comb's teeth.
  let waitSeconds: Double
  let waitsForTeeth: Bool
  private(set) var samples: [Sample] = []
  /// The newest count.
  public private(set) var last: Count?
  /// Teeth to come, and those that have passed within the last minute.
  private(set) var coming: [Tooth] = []
  private(set) var passed: [Tooth] = []
  /// When what waits was walked; nil when never, or so long ago that it says nothing any more.
  public private(set) var walkedAt: Double?
  /// A moment at which a tooth stands: with a known phase the teeth are there, otherwise somewhere.
  private(set) var toothAt: Double = 0
  private var released: Double = 0
  private var orphansWait = false
  /// The teeth of the first walk, until a count has come after it.
  private var unrecalled: [Tooth]?
  /// When no port was left, the last time.
  private(set) var fullAt: Double?
  var isRunningOut = false
  /// The arrivals that were seen before no port was left: while none is, arrivals that fail are not seen.
  var offeredPerSecond: Double = 0

  /// A history without counts. A pool whose TIME_WAIT may be taken over has its ports back after
  /// `reuseSeconds`, and not at the teeth of `comb`.
  public init(comb: ReleaseComb, reuseSeconds: Double? = nil) {
    self.comb = comb
    waitSeconds = reuseSeconds ?? ReleaseComb.timeWaitSeconds
    waitsForTeeth = reuseSeconds == nil
  }

  /// Takes a count into account; one that is no newer than the last is left out, and one during which a
  /// tooth passed as well, because nobody knows which of its ports it still saw.
  public mutating func note(_ count: Count) {
    let now = count.seconds.upperBound
    guard now.isFinite, now > (samples.last?.seconds ?? -.infinity) else { return }
    advance(to: now)
    last = count
    if count.taken >= count.capacity { fullAt = now }
    let isBlurred = passed.contains {
      $0.seconds > count.seconds.lowerBound - Self.releaseSeconds && $0.seconds <= now
    }
    if isBlurred, let newest = samples.last, now - newest.seconds < 2 * comb.toothSeconds { return }
    samples.append(
      Sample(
        seconds: now, gross: Double(count.taken) + released,
        live: Double(max(0, count.taken - waiting(count))), opens: count.opens))
    if let teeth = unrecalled { recall(from: teeth, at: count) }
    thin()
  }

  /// Takes a walk of what waits into account: the teeth to come at `seconds`, in order.
  ///
  /// A tooth tells when its ports began to wait, so the first walk also tells what arrived in the
  /// minute before it. `orphansWait` says that most ports in FIN_WAIT2 are among them: orphans, whose time
  /// runs out as TIME_WAIT's does, but where tcp_fin_timeout is short at the teeth of a finer comb. So
  /// `timeWaitTooth` is a tooth at which TIME_WAIT ends; without one the comb stands where it stood.
  public mutating func note(
    walkAt seconds: Double, _ teeth: [Tooth], timeWaitTooth: Double?, orphansWait: Bool = false
  ) {
    advance(to: seconds)
    self.orphansWait = orphansWait
    if walkedAt == nil { unrecalled = teeth }
    walkedAt = seconds
    coming = teeth.filter { $0.seconds > seconds }
    if let timeWaitTooth { toothAt = timeWaitTooth }
  }

  /// Whether the releases of the recent past and the near future are known.
  var isScheduled: Bool { waitsForTeeth && walkedAt != nil && unrecalled == nil }

  /// Whether the teeth do not matter, because next to nothing waits.
  var isWithoutWaiting: Bool {
    guard let last else { return false }
    return waiting(last) * 20 <= last.taken
  }

  /// Ports of a count that come back by themselves.
  func waiting(_ count: Count) -> Int { count.timeWait + (orphansWait ? count.finWait2 : 0) }

  /// How late a tooth may be, and how long the kernel takes to release its ports.
  private static var releaseSeconds: Double { 0.06 }

  /// Teeth that have passed are released, also without a count.
  mutating func advance(past seconds: Double) { advance(to: seconds) }

  private mutating func advance(to seconds: Double) {
    while let tooth = coming.first, tooth.seconds <= seconds {
      released += Double(tooth.ports)
      passed.append(tooth)
      coming.removeFirst()
    }
    passed.removeAll { $0.seconds < seconds - ReleaseComb.timeWaitSeconds }
    // What a walk did not see, because it began to wait later, comes back unseen after a minute.
    if let walkedAt, seconds - walkedAt > ReleaseComb.timeWaitSeconds - comb.toothSeconds {
      forgetSchedule()
    }
  }

  private mutating func forgetSchedule() {
    walkedAt = nil
    unrecalled = nil
    coming = []
    passed = []
    released = 0
    samples.removeAll(keepingCapacity: true)
    isRunningOut = false
  }

  /// Replaces the samples of the last minute, which know of no releases, by what the teeth tell.
  private mutating func recall(from teeth: [Tooth], at count: Count) {
    unrecalled = nil
    guard let newest = samples.last, let walkedAt else { return }
    let counted = samples
    samples.removeAll(keepingCapacity: true)
    // What the walk saw, and what began to wait between it and the count.
    let known = coming.reduce(0) { $0 + $1.ports }
    var after = teeth.reduce(0) { $0 + $1.ports } + max(0, waiting(count) - known)
    for tooth in teeth {
      // Whoever is released at a tooth began to wait a minute before it, at the latest; all others later.
      after -= tooth.ports
      let seconds = tooth.seconds - ReleaseComb.timeWaitSeconds
      // The last tooth's ports had not all come when it was walked.
      guard seconds <= walkedAt, seconds < newest.seconds - comb.toothSeconds / 4 else { break }
      let live = Self.live(at: seconds, counted)
      samples.append(
        Sample(
          seconds: seconds, gross: newest.gross - Double(after) - (newest.live - live), live: live))
    }
    samples.append(newest)
  }

  /// Live ports at `seconds`, between samples in proportion.
  private static func live(at seconds: Double, _ samples: [Sample]) -> Double {
    guard let above = samples.firstIndex(where: { $0.seconds >= seconds }) else {
      return samples.last?.live ?? 0
    }
    guard above > 0 else { return samples[above].live }
    let (before, after) = (samples[above - 1], samples[above])
    let share = (seconds - before.seconds) / max(after.seconds - before.seconds, 1e-9)
    return before.live + share * (after.live - before.live)
  }

  /// Keeps the samples few: dense for the time that the teeth reach back, sparse for ten minutes before.
  private mutating func thin() {
    let count = samples.count
    if count >= 3 {
      let spacing = samples[count - 2].seconds - samples[count - 3].seconds
      if spacing < Self.denseSeconds { samples.remove(at: count - 2) }
    }
    guard samples.count > Self.limit, let now = samples.last?.seconds else { return }
    var kept: [Sample] = []
    kept.reserveCapacity(Self.limit)
    for sample in samples where now - sample.seconds <= Forecasting.horizonSeconds {
      let isOld = now - sample.seconds > Self.denseReach
      if isOld, let before = kept.last, sample.seconds - before.seconds < Self.sparseSeconds {
        continue
      }
      kept.append(sample)
    }
    samples = kept
  }

  private static var denseSeconds: Double { 0.5 }
  private static var denseReach: Double { 75 }
  private static var sparseSeconds: Double { 10 }
  /// The samples that can be kept by these rules, and some that wait to be thinned.
  private static var limit: Int { 256 }
}
