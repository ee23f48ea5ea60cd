import Glibc

/// Who this process is.
public enum Credentials {
  /// Whether the effective user is root.
  public static var isRoot: Bool { geteuid() == 0 }
}
