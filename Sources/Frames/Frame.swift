public import Inet
public import Kernel
public import Pools

/// A sample of one network namespace, or the aggregate of several: what the collector publishes and
/// every reader shows.
///
/// A frame is bounded: the tightest pools, and an exact remainder of the others. What is nil, or not in
/// `gauges` and `counters`, is unknown.
public struct Frame: Hashable, Sendable {
  /// The boot that the monotonic clock belongs to.
  public var boot: BootID
  /// The number of the collector's tick; of the newest sample.
  public var tick: UInt64
  /// When: CLOCK_REALTIME nanoseconds since 1970 UTC; of the newest sample.
  public var takenAtNanoseconds: UInt64
  /// The same moment on CLOCK_MONOTONIC.
  public var monotonicNanoseconds: UInt64
  /// The time that the counters cover: since the frame before.
  public var spanNanoseconds: UInt64
  /// The samples folded into this frame; 1 for a raw one.
  public var sampleCount = 1
  /// SO_NETNS_COOKIE of the namespace; nil before Linux 5.14.
  public var namespaceCookie: UInt64?
  /// E, as the newest sample found it.
  public var range: PortRange
  /// |R|.
  public var reserved: Int
  /// |B|, at least.
  public var blocked: Int
  /// |A|, the capacity of connect pools.
  public var connectCapacity: Int
  /// |E \ R|, the capacity of the other pools.
  public var bindCapacity: Int
  /// The worst verdict over the frame's time, of all pools, listed or not.
  public var verdict = VerdictLevel.ok
  /// What was not available or not visible.
  public var flags: FrameFlags = []
  /// The quantities of the namespace.
  public var gauges = HostGauges()
  /// What happened in the frame's time.
  public var counters = HostCounters()
  /// Pools, tightest first.
  public var pools: [PoolRecord] = []
  /// The connect pools and addresses that are not listed.
  public var other = Remainder(pools: 0, inUseMaximum: 0, isExact: true)
  /// Who held ports at the last count of all, most first.
  public var owners: [OwnerRecord] = []
  /// What was found and what can be done.
  public var findings: [FindingRecord] = []
  /// The alarms that are raised.
  public var alarms: [AlarmRecord] = []

  /// A frame of the port space given, with nothing else in it.
  public init(
    boot: BootID, tick: UInt64, takenAtNanoseconds: UInt64, monotonicNanoseconds: UInt64,
    spanNanoseconds: UInt64, namespaceCookie: UInt64?, range: PortRange, reserved: Int,
    blocked: Int, connectCapacity: Int, bindCapacity: Int
  ) {
    self.boot = boot
    self.tick = tick
    self.takenAtNanoseconds = takenAtNanoseconds
    self.monotonicNanoseconds = monotonicNanoseconds
    self.spanNanoseconds = spanNanoseconds
    self.namespaceCookie = namespaceCookie
    self.range = range
    self.reserved = reserved
    self.blocked = blocked
    self.connectCapacity = connectCapacity
    self.bindCapacity = bindCapacity
  }

  /// Distinct TCP ports in use over the range's size: seed 000's indicator; nil when not counted.
  public var rangeUsage: Double? {
    gauges[.tcpPortsInUse].map { Double($0.last) / Double(range.count) }
  }

  /// The owner that holds most of a pool of this frame, with what it holds there; nil when none is known.
  public func topOwner(of pool: PoolRecord) -> OwnerRecord? { owners(of: pool).first }

  /// The owners that people are told: by cgroup where there is one beside the root, else by user or process.
  public var namedOwners: [OwnerRecord] {
    let cgroups = owners.filter { $0.kind == .cgroup }
    return cgroups.contains { $0.name != "/" } ? cgroups : owners.filter { $0.kind != .cgroup }
  }

  /// The owners that a pool of this frame names, with what they hold there, most first.
  public func owners(of pool: PoolRecord) -> [OwnerRecord] {
    pool.owners.compactMap { share in
      guard owners.indices.contains(share.owner) else { return nil }
      var owner = owners[share.owner]
      owner.ports = share.ports
      owner.timeWait = share.timeWait
      owner.isInferred = share.isInferred
      return owner
    }
  }

  /// Whether `other` is of the same boot and divides the same ports: only then their numbers of ports
  /// can be held against each other.
  public func isOfSameSpace(as other: Frame) -> Bool {
    boot == other.boot && range == other.range && reserved == other.reserved
  }

  /// The pool that decides the verdict, as far as listed.
  public var tightest: PoolRecord? {
    pools.min { $0.isTighter(than: $1) }
  }
}

/// What a frame could not have or see.
public struct FrameFlags: OptionSet, Hashable, Sendable {
  /// One bit for each.
  public let rawValue: UInt64
  /// The flags of `rawValue`; bits of newer versions are kept.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// UDP sockets could not be read.
  public static var udpUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 0) }
  /// Bound-inactive sockets could not be read.
  public static var boundInactiveUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 1) }
  /// Reserved ports could not be read and were taken for none.
  public static var reservedUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 2) }
  /// Failed connects are not counted.
  public static var failuresUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 3) }
  /// Owners are not collected.
  public static var ownersUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 4) }
  /// The table changed while the kernel walked it.
  public static var dumpInterrupted: FrameFlags { FrameFlags(rawValue: 1 << 5) }
  /// More pools than are remembered: the largest were counted exactly in a second pass.
  public static var limitsMet: FrameFlags { FrameFlags(rawValue: 1 << 6) }
  /// The CPU budget was spent: a count that was due was left out.
  public static var budgetSpent: FrameFlags { FrameFlags(rawValue: 1 << 7) }
  /// The sample failed: everything but the guard's counters is as of the last one that did not.
  public static var sampleFailed: FrameFlags { FrameFlags(rawValue: 1 << 8) }
  /// The collector started in the frame's time.
  public static var collectorStarted: FrameFlags { FrameFlags(rawValue: 1 << 9) }
  /// The guard's counters could not be read, so that bounds are not known.
  public static var guardUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 10) }
  /// Findings are not collected.
  public static var findingsUnavailable: FrameFlags { FrameFlags(rawValue: 1 << 11) }
  /// Nothing was counted yet, or not since the range changed: the verdict says nothing.
  public static var notCounted: FrameFlags { FrameFlags(rawValue: 1 << 12) }
  /// Failed connects are counted in this namespace alone, and only once their sockets are closed.
  public static var failuresOfNamespace: FrameFlags { FrameFlags(rawValue: 1 << 13) }
  /// More connects may have failed than were counted.
  public static var failuresLowerBound: FrameFlags { FrameFlags(rawValue: 1 << 14) }
  /// The slot has no room for owners, findings, alarms and many pools: a coarser frame has them.
  public static var brief: FrameFlags { FrameFlags(rawValue: 1 << 15) }
}
