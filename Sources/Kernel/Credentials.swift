import Glibc

/// Who this process is.
public enum Credentials {
  /// Whether the effective user is root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// The effective user's number.
  public static var userID: UInt32 { geteuid() }

  /// This process's number.
  public static var processID: Int32 { getpid() }
}
