import Collector
import Kernel
import Netlink
import Pools

/// One snapshot of the calling thread's namespace, with all its pools.
func takeSnapshot(
  _ options: SampleOptions = SampleOptions()
) throws(SampleError) -> NamespaceSnapshot {
  var sampler = try Sampler(options, from: .running)
  return try sampler.takeSnapshot()
}

extension Sampler where Transport == NetlinkSocket {
  /// The next snapshot, with all its pools.
  mutating func takeSnapshot() throws(SampleError) -> NamespaceSnapshot {
    try sample()
    var selection = PoolSelection()
    selection.top = .max
    return snapshot(of: NamespaceIdentity(name: "test", inode: 0), selection)
  }
}
