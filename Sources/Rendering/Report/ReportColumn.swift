internal import Frames
internal import Pools

/// What stands in one column of a report's time lines: the frames of an equal share of its time.
struct ReportColumn: Sendable {
  /// Its place, from 0.
  let index: Int
  /// When its newest frame was taken: CLOCK_REALTIME nanoseconds.
  var atNanoseconds: UInt64
  /// Whether it goes on from the column before that has frames: no stretch without frames between.
  let isContinued: Bool
  /// Whether every frame listed all its connect pools, so that one that is not there has no port in use.
  var isComplete = true
  /// Failed connects; nil when nobody counted them.
  private(set) var failures: UInt64?
  /// Connects that found a port; nil when not known.
  private(set) var connects: UInt64?
  /// The time that `connects` covers, in nanoseconds.
  private(set) var connectSpanNanoseconds: UInt64 = 0
  /// Means of sockets by state, in the order of `ReportState`; nil when not known.
  private(set) var states: [Double?] = Array(repeating: nil, count: ReportState.allCases.count)
  private var stateSamples = [Double](repeating: 0, count: ReportState.allCases.count)

  /// A column whose first frame was taken then.
  init(index: Int, atNanoseconds: UInt64, isContinued: Bool) {
    self.index = index
    self.atNanoseconds = atNanoseconds
    self.isContinued = isContinued
  }

  /// Connects a second; nil when not known.
  var connectsPerSecond: Double? {
    guard let connects, connectSpanNanoseconds > 0 else { return nil }
    return Double(connects) * 1e9 / Double(connectSpanNanoseconds)
  }

  /// Adds a frame of the column's time.
  mutating func add(_ frame: Frame) {
    atNanoseconds = max(atNanoseconds, frame.takenAtNanoseconds)
    if frame.other.pools > 0 { isComplete = false }
    if let failed = frame.failuresHere { failures = (failures ?? 0) &+ failed }
    if let opens = frame.counters[.activeOpens] {
      connects = (connects ?? 0) &+ opens
      connectSpanNanoseconds &+= frame.spanNanoseconds
    }
    for state in ReportState.allCases {
      guard let count = state.count(frame) else { continue }
      stateSamples[state.rawValue] += 1
      let mean = states[state.rawValue] ?? 0
      states[state.rawValue] = mean + (count - mean) / stateSamples[state.rawValue]
    }
  }
}

/// The states that a report tells apart, from the bottom of the stack to its top.
enum ReportState: Int, CaseIterable, Sendable {
  /// Connections at work.
  case established
  /// Connects that wait for an answer.
  case synSent
  /// Closed by the peer, and not yet by the program.
  case closeWait
  /// Closed here, and not yet acknowledged or answered.
  case finWait
  /// LAST_ACK, CLOSING, SYN_RECV.
  case other
  /// Closed here first; the port waits.
  case timeWait

  /// The key in documents.
  var key: String {
    switch self {
    case .established: "established"
    case .synSent: "syn_sent"
    case .closeWait: "close_wait"
    case .finWait: "fin_wait"
    case .other: "other"
    case .timeWait: "time_wait"
    }
  }

  /// The name that people know.
  var name: String {
    switch self {
    case .established: "ESTABLISHED"
    case .synSent: "SYN_SENT"
    case .closeWait: "CLOSE_WAIT"
    case .finWait: "FIN_WAIT 1 and 2"
    case .other: "other states"
    case .timeWait: "TIME_WAIT"
    }
  }

  private var gauges: [HostGauge] {
    switch self {
    case .established: [.established]
    case .synSent: [.synSent]
    case .closeWait: [.closeWait]
    case .finWait: [.finWait1, .finWait2]
    case .other: [.lastAck, .closing, .synRecv]
    case .timeWait: [.timeWait]
    }
  }

  /// Sockets of the frame in this state; nil when none of its counts is known.
  func count(_ frame: Frame) -> Double? {
    var sum: Double?
    for name in gauges {
      if let gauge = frame.gauges[name], gauge.mean.isFinite {
        sum = (sum ?? 0) + min(max(0, Double(gauge.mean)), Double(UInt32.max))
      }
    }
    return sum
  }
}
