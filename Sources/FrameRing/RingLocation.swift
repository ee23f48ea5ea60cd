internal import Kernel

/// Where a collector's ring is, by default and by option.
public enum RingLocation {
  /// The directory of the daemon.
  public static let systemDirectory = "/run/ullage"

  /// The directory of this user's own collector: $XDG_RUNTIME_DIR/ullage; nil where there is none.
  public static var userDirectory: String? {
    Environment.value("XDG_RUNTIME_DIR").flatMap { $0.isEmpty ? nil : "\($0)/ullage" }
  }

  /// The file of a namespace in a directory.
  public static func file(in directory: String, namespace: String = "host") -> String {
    let name = String(namespace.map { $0 == "/" || $0 == ":" ? "-" : $0 })
    return "\(directory)/\(name).ring"
  }

  /// The directories in which a reader looks, the first one first.
  public static func directories(_ option: String?) -> [String] {
    option.map { [$0] } ?? [systemDirectory] + (userDirectory.map { [$0] } ?? [])
  }

  /// The rings that say of themselves that they are of a namespace called `name`: also of one that has gone,
  /// or may not be entered. Empty where there is none, or `option` is one file.
  public static func forReading(_ option: String?, called name: String) -> [String] {
    directories(option).compactMap { NamespaceRings.newest(called: name, in: $0) }
  }

}
