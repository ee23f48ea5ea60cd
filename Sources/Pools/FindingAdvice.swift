public import Inet

/// One thing to do, and what it is worth on this host.
public struct FindingAdvice: Hashable, Sendable {
  /// What is to be done. Whoever puts it into words makes the command of it.
  public enum Step: Hashable, Sendable {
    /// net.ipv4.tcp_tw_reuse = 1.
    case reuseTimeWait
    /// net.ipv4.tcp_timestamps = 1, then tcp_tw_reuse = 1: only new connections have timestamps.
    case useTimestamps
    /// A wider net.ipv4.ip_local_port_range, with listeners reserved.
    case widenRange(RangeProposal)
    /// A second address to connect from.
    case addSource
    /// Keep connections instead of opening new ones.
    case keepAlive
    /// Find the program that does not close, and correct or restart it.
    case closeLeak
    /// net.ipv4.tcp_syn_retries.
    case lowerSynRetries(Int)
    /// Take the destination out of service until it answers.
    case removeBackend
    /// net.ipv4.tcp_fin_timeout in seconds.
    case lowerFinTimeout(Int)
    /// net.ipv4.tcp_orphan_retries.
    case lowerOrphanRetries(Int)
    /// Make the peer close, or close it after a time.
    case boundPeer
    /// IP_BIND_ADDRESS_NO_PORT before bind().
    case bindLate
    /// net.ipv4.ip_local_reserved_ports: the whole list.
    case reserve(PortSet)
    /// Let listeners listen outside the range.
    case moveListeners
    /// net.ipv4.ip_local_reserved_ports without those inside the range: what is left of the list.
    case unreserve(PortSet)
    /// A range with an even number of ports.
    case evenRange(PortRange)
    /// net.ipv4.tcp_max_tw_buckets.
    case raiseTimeWaitBuckets(Int)
    /// Close UDP sockets that nobody uses, or share one.
    case closeUDP
    /// Bind UDP sockets to an address each.
    case spreadUDP
    /// net.netfilter.nf_conntrack_max.
    case raiseConntrack(Int)
    /// Do not follow connections that need no following.
    case bypassConntrack
    /// net.ipv4.tcp_mem: the three numbers.
    case raiseTCPMemory(low: Int, pressure: Int, maximum: Int)
    /// fs.file-max.
    case raiseFileMaximum(Int)
    /// net.ipv4.tcp_max_orphans.
    case raiseOrphans(Int)
    /// gc_thresh1 to gc_thresh3 of a family.
    case raiseNeighbours(AddressFamily, Int)
  }

  /// How soon and how safely it can be done; the order of advice.
  public enum Safety: UInt8, Hashable, Sendable, Comparable {
    /// A setting that works at once, can be taken back, and hurts nobody.
    case now
    /// A change that somebody has to think about.
    case then
    /// What ends the need, in the program or in what it talks to.
    case better

    /// Safer.
    public static func < (left: Safety, right: Safety) -> Bool { left.rawValue < right.rawValue }
  }

  /// What is to be done.
  public var step: Step
  /// How safe it is.
  public var safety: Safety
  /// Ports that the pool gains; nil when it gains none, or it cannot be known.
  public var gainedPorts: Int?
  /// Connects a second that the pool can carry for ever, before and after.
  public var sustainableBefore: Double?
  /// After.
  public var sustainableAfter: Double?
  /// How long a port is held, before and after, in seconds.
  public var heldSecondsBefore: Double?
  /// After.
  public var heldSecondsAfter: Double?

  /// `step`, without any number.
  public init(_ step: Step, _ safety: Safety, gainedPorts: Int? = nil) {
    self.step = step
    self.safety = safety
    self.gainedPorts = gainedPorts
  }

  /// The same with a rate.
  func carrying(_ before: Double, _ after: Double) -> FindingAdvice {
    var advice = self
    advice.sustainableBefore = before
    advice.sustainableAfter = after
    return advice
  }

  /// The same with a time.
  func holding(_ before: Double, _ after: Double) -> FindingAdvice {
    var advice = self
    advice.heldSecondsBefore = before
    advice.heldSecondsAfter = after
    return advice
  }
}
