/// The layout of frames and events: 64-bit words, little-endian in the file, each written down here and
/// nowhere else. A word with several fields lists them from its lowest bits.
///
///     FRAME
///      0  version 16 · kind 16 (1) · sampleCount 32         10  connectCapacity 32 · bindCapacity 32
///      1  boot, first half                                    11  other.pools 32 · other.inUseMaximum 32
///      2  boot, second half                                   12  other.addressInUseMaximum 32 · other.isExact 32
///      3  tick                                              13  flags
///      4  takenAt, realtime ns                              14  pools 16 · owners 16 · findings 16 · alarms 16
///      5  takenAt, monotonic ns                             15  gauges: a bit for each that is known
///      6  span ns                                           16  counters: likewise
///      7  namespace cookie, all ones for none               17  gauges known, two words each, in order
///      8  range.low 16 · range.high 16 · reserved 32            counters known, one word each, in order
///      9  blocked 32 · verdict 32                               pools · owners · findings · alarms
///
///     GAUGE      minimum 32 · maximum 32 | last 32 · mean (Float) 32
///     KEY        kind 8 · local or family 8 · port 16 · interface 32 | source 2 | destination 2
///     POOL  0-4  key                                        10  capacity 32 · reclaimable 32
///           5-6  inUse, a gauge                             11  headroomLower 32 · cliffAt 32   (all ones: none)
///           7-8  headroom, a gauge                          12  failures 32 · inUseBound 32
///             9  sampleCount 32 · flags 8 · verdict 8 ·     13  countedAt, monotonic ns
///                method 8 · owners 8                        14-19  states, kernel's numbers 0-11, 32 each
///            20  bound-inactive 32 · listeningPorts 32      21-22  arrivals, releases, seconds, steady: Floats
///            23-24  release, 16 bits each                   26-29  two owners: place 16 · inferred 16 ·
///            25  cliff, sustainable: Floats                        ports 32 | timeWait 32 · others' ports 32,
///                                                                  with the second others' timeWait 32
///     OWNER      kind 8 · inferred 8 · 0 48 | id | ports 32 · timeWait 32 | name 6 (48 bytes, 0 after the end)
///     FINDING    id 16 · severity 8 · 0 40 | arguments 4
///     ALARM      severity 8 · raised 8 · subject 8 · 0 8 · hits 32 | since ns | value (Float) · threshold (Float)
///                | groupedCount | rule 4 (32 bytes) | key 5
///     EVENT      version 16 · kind 16 (2) · what 8 · has alarm 8 · 0 16 | boot 2 | at, realtime ns | at,
///                monotonic ns | tick | text bytes | alarm 13 | text (bytes / 8, rounded up)
///     STATE      version 16 · kind 16 (3) · count 32 | boot 2 | at, realtime ns | alarms
///
/// A reader takes no number for granted: what does not fit is a `FrameError`.
public enum FrameLayout {
  /// The version of what is drawn above. Only an equal one is read.
  public static let version: UInt16 = 1

  static let frameKind: UInt16 = 1
  static let eventKind: UInt16 = 2
  static let alarmStateKind: UInt16 = 3

  /// Words before the gauges.
  static let fixedWordCount = 17
  static let gaugeWordCount = 2
  static let keyWordCount = 5
  static let poolWordCount = 30
  static let ownerWordCount = 9
  static let findingWordCount = 5
  static let alarmWordCount = 13
  static let eventFixedWordCount = 7
  static let alarmStateFixedWordCount = 6

  /// The last moment that words can have, and the longest span: 146 years in nanoseconds. What readers add
  /// to it does not overflow.
  public static let momentMax: UInt64 = 1 << 62

  /// Bytes of names and texts.
  static let ownerNameByteCount = 48
  static let ruleNameByteCount = 32
  static let eventTextByteCount = 512

  /// What stands for "none" in a word and in half of one.
  static let noWord = UInt64.max
  static let noHalf = UInt32.max

  /// Words of everything but the lists.
  static var headWordCount: Int {
    fixedWordCount + HostGauge.allCases.count * gaugeWordCount + HostCounter.allCases.count
  }

  /// The most words of an event.
  public static var eventWordCount: Int {
    eventFixedWordCount + alarmWordCount + eventTextByteCount / 8
  }
}

/// How much of each list a slot of some size has room for.
public struct FrameCapacity: Hashable, Sendable {
  /// The most owners.
  public static var owners: Int { 8 }
  /// The most findings.
  public static var findings: Int { 6 }
  /// The most raised alarms.
  public static var alarms: Int { 8 }

  /// The words that a slot's payload can have.
  public let wordCount: Int
  /// The most pools: what is left when all other lists are full.
  public let pools: Int
  /// Whether frames are brief: where all lists have no room, there are connect pools before all others, and
  /// no owners, findings and alarms.
  public let isBrief: Bool

  /// The fewest words that a whole frame fits into: everything but pools.
  public static var wordCountMin: Int {
    FrameLayout.headWordCount + owners * FrameLayout.ownerWordCount
      + findings * FrameLayout.findingWordCount + alarms * FrameLayout.alarmWordCount
  }

  /// The fewest words that a brief frame fits into, without any pool.
  public static var briefWordCountMin: Int { FrameLayout.headWordCount }

  /// The capacity of `wordCount` words. Traps if they are fewer than `briefWordCountMin`.
  public init(wordCount: Int) {
    self.wordCount = wordCount
    isBrief = wordCount < Self.wordCountMin
    let left = wordCount - (isBrief ? Self.briefWordCountMin : Self.wordCountMin)
    precondition(left >= 0, "\(wordCount) words have no room for a frame")
    pools = left / FrameLayout.poolWordCount
  }
}
