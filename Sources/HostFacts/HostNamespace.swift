public import Kernel

/// Which network namespace is the host's.
public enum HostNamespace {
  /// The inode of the host's namespace; nil where it is none that can be told, and then the caller's own
  /// may be taken for it.
  ///
  /// The initial namespace's inode is a constant since 6.18 (NET_NS_INIT_INO); older kernels chose one at
  /// boot, and there it is that of pid 1, if that may be looked at.
  public static func inode(on kernel: KernelVersion) -> UInt64? {
    if kernel.has(.namesInitialNamespace) { return 0xefff_fff9 }
    return NetworkNamespace.inode(at: "/proc/1/ns/net")
  }
}
