/// The PID namespace of this process.
public enum PIDNamespace {
  /// Whether process numbers here are the host's: PROC_PID_INIT_INO of include/linux/proc_ns.h, as old as
  /// namespaces have inodes (3.8).
  public static var isInitial: Bool {
    NetworkNamespace.inode(at: "/proc/self/ns/pid") == 0xefff_fffc
  }
}
