import Glibc

/// A network interface of the calling thread's namespace.
public enum NetworkInterface {
  /// The index of the interface called `name`; nil when there is none.
  public static func index(named name: String) -> UInt32? {
    // SAFETY: the string lives, terminated, for the length of the call.
    let index = unsafe if_nametoindex(name)
    return index == 0 ? nil : index
  }
}
