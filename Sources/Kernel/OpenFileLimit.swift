internal import Glibc

/// How many descriptors this process may have: RLIMIT_NOFILE.
public enum OpenFileLimit {
  /// Raises it to `wanted`, or as far as may be without privilege, and says how many there may be now.
  public static func raise(to wanted: Int) -> Int {
    var limit = rlimit()
    // SAFETY: the kernel reads and writes the struct, which is ours.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1024
    }
    let most = min(limit.rlim_max, rlim_t(wanted))
    guard limit.rlim_cur < most else { return Int(clamping: limit.rlim_cur) }
    limit.rlim_cur = most
    // SAFETY: as above.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: most)
  }
}
