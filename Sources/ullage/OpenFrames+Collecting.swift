import Alarms
import Collector
import Console
import FrameRing
import Ring

extension OpenFrames {
  /// Frames of a collector in this process, one a second, of the namespace that `option` names; their alarms
  /// go by `rules`.
  convenience init(collecting option: RingOption, rules: [AlarmRule]) throws(Failure) {
    let (namespace, identity) = try option.namespaceIdentity()
    var options = CollectorOptions()
    options.budgetShare = 0.25
    let collector = try LocalCollector(options, identity: identity, rules: rules, in: namespace)
    let path = collector.path
    let reader = try Failure.rewording { () throws(RingError) in try FrameRingReader(path: path) }
    self.init(reader, collector)
  }
}
