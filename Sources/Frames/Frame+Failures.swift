extension Frame {
  /// Failed connects that were, or may have been, of this namespace: all but those known to be of another
  /// one. All of them where nobody could tell; nil where nobody counted.
  public var failuresHere: UInt64? {
    counters[.connectFailures].map { total in
      total - min(total, counters[.connectFailuresElsewhere] ?? 0)
    }
  }

  /// Of those, how many are known to be of this namespace; all where frames do not tell them apart. The others
  /// were somewhere on this host.
  public var failuresKnownHere: UInt64 {
    let here = failuresHere ?? 0
    if flags.contains(.failuresOfNamespace) { return here }
    guard let elsewhere = counters[.connectFailuresElsewhere] else { return here }
    let attributed = counters[.connectFailuresAttributed] ?? 0
    return min(here, attributed - min(attributed, elsewhere))
  }

  /// Whether some of `failuresHere` may have been of another namespace of this host.
  public var hasFailuresOfUnknownPlace: Bool { failuresKnownHere < failuresHere ?? 0 }
}
