import Glibc

/// What the running machine calls itself.
public enum Machine {
  /// The host name, as gethostname(2) has it (that of our UTS namespace).
  public static func hostName() -> String {
    // SAFETY: the bytes are copied while the struct lives.
    read { identity in unsafe withUnsafeBytes(of: identity.nodename) { unsafe Array($0) } }
  }

  /// The kernel's release: "6.18.44".
  public static func kernelRelease() -> String {
    read { identity in unsafe withUnsafeBytes(of: identity.release) { unsafe Array($0) } }
  }

  /// The processors that this process may run on.
  public static func processorCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The unit in which procfs gives times of processes: ticks a second, 100 nearly everywhere.
  public static let clockTicksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))

  private static func read(_ field: (utsname) -> [UInt8]) -> String {
    var identity = utsname()
    // SAFETY: the kernel fills the struct with terminated strings.
    unsafe uname(&identity)
    return String(decoding: field(identity).prefix { $0 != 0 }, as: UTF8.self)
  }
}
