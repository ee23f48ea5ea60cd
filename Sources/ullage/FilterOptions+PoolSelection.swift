import Collector
import Pools

extension FilterOptions {
  /// Which pools of a snapshot are listed.
  func selection(_ thresholds: VerdictThresholds) -> PoolSelection {
    var selection = PoolSelection()
    selection.family = family
    selection.source = source
    selection.destination = destination
    selection.destinationPorts = dport
    selection.states = states
    selection.thresholds = thresholds
    return selection
  }
}
