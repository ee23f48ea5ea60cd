internal import Frames
internal import Pools

extension Frame {
  /// What the frame's counts say; nil when nothing was counted.
  var countedVerdict: VerdictLevel? { flags.contains(.notCounted) ? nil : verdict }

  /// How old the counts are, in seconds; nil when not told.
  var countAgeSeconds: Double? { gauges[.countAge].map { Double($0.last) / 1000 } }

  /// What stands where a verdict would.
  static var notCountedWords: String { "not counted yet" }
}
