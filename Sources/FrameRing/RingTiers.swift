internal import Ring

/// Where a ring has what: tiers are known by their kind and step, not by their place.
struct RingTiers {
  /// The tiers of frames, the finest first.
  let frames: [Int]
  /// The tier of events, if there is one.
  let events: Int?
  /// The tier of what the alarms remember, if there is one.
  let alarmState: Int?
  /// The tier of raw frames; where there is none, the finest.
  var raw: Int? { frames.first }
  /// The tiers of aggregates, the finer one first.
  var coarse: ArraySlice<Int> { frames.dropFirst() }

  /// The tiers of a file.
  init(_ geometry: RingGeometry) {
    let tiers = geometry.tiers
    frames = tiers.indices.filter { tiers[$0].kind == .frames }
      .sorted { (tiers[$0].stepNanoseconds, $0) < (tiers[$1].stepNanoseconds, $1) }
    events = tiers.firstIndex { $0.kind == .events }
    alarmState = tiers.firstIndex { $0.kind == FrameRingShape.alarmState }
  }
}
