import Glibc

/// The environment of this process.
public enum Environment {
  /// The value of a variable; nil when it is not set.
  public static func value(_ name: String) -> String? {
    // SAFETY: getenv returns NULL or a terminated string; nobody in this program changes the
    // environment.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
