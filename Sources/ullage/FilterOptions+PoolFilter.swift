import Rendering

extension FilterOptions {
  /// The filter over pools of frames.
  var poolFilter: PoolFilter {
    var filter = PoolFilter()
    filter.family = family
    filter.source = source
    filter.destination = destination
    filter.destinationPorts = dport
    filter.states = states
    return filter
  }
}
