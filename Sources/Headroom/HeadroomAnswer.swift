public import Ring

/// What there is to say of the headroom of a destination.
public enum HeadroomAnswer: Hashable, Sendable {
  /// Its pool is among those of the newest frame.
  case counted(PoolHeadroom)
  /// It is not, and so has at least this much room.
  case unlisted(UnlistedHeadroom)
  /// It is not known, and why.
  case unknown(HeadroomUnknown)

  /// How many more connects get a port, as of the newest frame: at most, of a pool that was counted; at least,
  /// of one that is not listed. Nil where that is not known.
  public var left: Int? {
    switch self {
    case .counted(let pool): pool.left
    case .unlisted(let pool): pool.left
    case .unknown: nil
    }
  }

  /// How new it is; nil where nothing is known.
  public var moment: CountMoment? {
    switch self {
    case .counted(let pool): pool.moment
    case .unlisted(let pool): pool.moment
    case .unknown: nil
    }
  }
}

/// Why a headroom is not known.
public enum HeadroomUnknown: Hashable, Sendable {
  /// No collector has a ring of this namespace in these places.
  case noRing(places: [String])
  /// The ring cannot be opened or read.
  case unreadable(RingError)
  /// No frame was published yet, or none can be read.
  case noFrame
  /// The newest frame is older than three intervals and two seconds: nobody writes, or nobody gets to.
  case stale(ageNanoseconds: UInt64)
  /// The newest frame is of another boot.
  case otherBoot
  /// Who wrote the frames has ended in good order.
  case ended
  /// Nothing was counted yet, or not since the range of ports changed.
  case notCounted
  /// The pool is not listed, and the frame does not tell how full those can be that are not.
  case notListed
}

extension HeadroomUnknown: CustomStringConvertible {
  /// What is missing, and what to do.
  public var description: String {
    switch self {
    case .noRing(let places):
      "no ring in \(places.joined(separator: " or ")): start a collector (ullage collect)"
    case .unreadable(let error): "\(error)"
    case .noFrame: "the ring has no frame that can be read"
    case .stale(let age):
      "the newest frame is \(age / 1_000_000) ms old: its collector does not write any more"
    case .otherBoot: "the frames are of another boot: start a collector (ullage collect)"
    case .ended: "whoever wrote the frames has ended"
    case .notCounted: "nothing was counted yet, or not since the range of ports changed"
    case .notListed:
      "the destination is not among the tightest pools, and how full the others are is not known"
    }
  }
}
