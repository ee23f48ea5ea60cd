internal import Census
internal import HostFacts
internal import Inet
internal import Pools

extension Sampler where Transport: ~Copyable {
  /// The pool of failed connects as the last dump has it, whether it was listed or not; one without rows has
  /// no ports in use, and then it is not among those that were counted.
  func countedPool(_ target: FailureMemory.Target) -> (pool: Pool, isKnown: Bool) {
    // Asked for what stands beside a pool on some interface: the one on none.
    let scoped = ConnectCount(
      source: target.source, destination: target.destination, destinationPort: target.port,
      interface: 1)
    let found = census.unscopedPool(of: scoped)
    var count = scoped
    count.interface = 0
    return (.connect(found ?? count, unscoped: nil, in: portSpace), found != nil)
  }
}
