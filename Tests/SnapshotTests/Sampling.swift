import Collector
import Netlink
import Pools

/// One snapshot of the calling thread's namespace, with all its pools.
func takeSnapshot() throws(SampleError) -> NamespaceSnapshot {
  var sampler = try Sampler(from: .running)
  try sampler.sample()
  var selection = PoolSelection()
  selection.top = .max
  return sampler.snapshot(of: NamespaceIdentity(name: "test", inode: 0), selection)
}
