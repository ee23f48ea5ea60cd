/// Whether a rate of connects fits into a port space, and what it takes where it does not.
///
///     tuple     source address, destination address and port: one connect pool of `ports` ports
///     held      hold + wait: how long one connect keeps its port
///     rate      ports / held: the connects a second that a tuple carries for ever
///
/// Connects are taken to be spread evenly over the tuples. Pure arithmetic; any number is allowed, and
/// what makes no sense counts as the nearest that does.
public struct CapacityPlan: Hashable, Sendable {
  /// Connects a second, over all tuples.
  public var connectsPerSecond: Double
  /// How long each connection is open, in seconds.
  public var holdSeconds: Double
  /// Destinations (address and port) that the connects are spread over.
  public var destinations = 1
  /// Local addresses that they are spread over.
  public var sources = 1
  /// |A|: the ports of one tuple.
  public var ports: Int
  /// The ports of `ports` that connect() tries first; past them it searches.
  public var cliffPorts: Int
  /// Whether this side closes first, and so has the TIME_WAIT.
  public var closesHere = true
  /// How long TIME_WAIT lasts: 60 s on Linux, 240 s on systems of old.
  public var timeWaitSeconds = ReleaseComb.timeWaitSeconds
  /// How much later than that a port may come back: the distance between two teeth of the timer wheel.
  public var toothSeconds: Double
  /// tcp_tw_reuse_delay in seconds: the age at which a TIME_WAIT may be taken over; nil on a system
  /// without such a thing.
  public var reuseDelaySeconds: Double?
  /// Whether tcp_tw_reuse is in effect for these connects.
  public var isReusing = false
  /// tcp_max_tw_buckets: the TIME_WAIT sockets that the system keeps; nil where it is not known.
  public var timeWaitSocketsMax: Int?

  /// The ports that the widest range has which may be advised.
  public var widestPorts = Self.portsMax

  /// A plan for one destination and one local address.
  public init(
    connectsPerSecond: Double, holdSeconds: Double, ports: Int, cliffPorts: Int? = nil,
    toothSeconds: Double = ReleaseComb(ticksPerSecond: 250).toothSeconds
  ) {
    self.connectsPerSecond = connectsPerSecond
    self.holdSeconds = holdSeconds
    self.ports = ports
    self.cliffPorts = cliffPorts ?? (ports > 0 ? ports - ports / 2 : 0)
    self.toothSeconds = toothSeconds
  }

  /// The tuples: destinations × sources.
  public var tuples: Int { Self.product(max(1, destinations), max(1, sources)) }

  /// The most ports that one range can have without those of the well-known services: 1024–65535.
  public static let portsMax = 64_512

  /// The outcome with the settings as they are.
  public var outcome: Outcome { Outcome(self, reuses: isReusing && canReuse) }

  /// The outcome with tcp_tw_reuse=1; nil where that makes no difference.
  public var outcomeReusing: Outcome? { canReuse ? Outcome(self, reuses: true) : nil }

  /// The outcome without tcp_tw_reuse.
  public var outcomeNotReusing: Outcome { Outcome(self, reuses: false) }

  /// The outcome if the peer closed first; nil where it does already, or where then nothing would be kept.
  public var outcomePeerClosing: Outcome? {
    guard closesHere, hold > 0 else { return nil }
    var other = self
    other.closesHere = false
    return Outcome(other, reuses: false)
  }

  /// Connections that would carry the same work if they were kept open: rate × hold.
  public var keepAliveConnections: Int { Self.roundedUp(rate * hold) }

  /// The share of the ports that those would take.
  public var keepAliveUsage: Double { Self.ratio(rate * hold, Double(ports) * Double(tuples)) }

  /// What the search of one connect() costs past the cliff, in seconds of a core: half the ports are
  /// looked at. Measured: 0.3 ms with 28,232 ports.
  public var searchSeconds: Double { 0.000_3 * Double(max(0, min(ports, 65_536))) / 28_232 }

  /// Whether tcp_tw_reuse can make a difference: there is a TIME_WAIT, here, on a system that knows it.
  public var canReuse: Bool { closesHere && reuseDelaySeconds != nil }

  /// The rate, at least 0.
  var rate: Double { Self.sane(connectsPerSecond) }
  /// The hold time, at least 0.
  var hold: Double { Self.sane(holdSeconds) }

  /// `value`, or the nearest number that can be computed with: 0 for what is none.
  static func sane(_ value: Double) -> Double { value > 0 ? min(value, 1e15) : 0 }

  /// `part` of `whole`; beyond all bounds where there is no whole.
  static func ratio(_ part: Double, _ whole: Double) -> Double {
    if part <= 0 { return 0 }
    return whole > 0 ? min(part / whole, 1e18) : 1e18
  }

  /// The next whole number, where what arithmetic adds to one does not make it the next.
  static func roundedUp(_ value: Double) -> Int {
    guard value > 0 else { return 0 }
    return Int(min((value * (1 - 1e-9)).rounded(.up), 1e18))
  }

  private static func product(_ left: Int, _ right: Int) -> Int {
    let (product, overflows) = left.multipliedReportingOverflow(by: right)
    return overflows ? .max : product
  }
}
