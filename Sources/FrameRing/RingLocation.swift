public import Kernel

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

  /// The file of a namespace that lives, in a directory; nil where that named after it is another's.
  private static func existingFile(
    in directory: String, of identity: NamespaceIdentity
  ) -> String? {
    let rings = NamespaceRings.all(in: directory)
    if let found = NamespaceRings.newest(of: identity, among: rings) { return found }
    let named = file(in: directory, namespace: identity.name)
    return rings.contains { $0.path == named } ? nil : named
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

  /// The files in which a reader looks, the first one first.
  public static func forReading(_ option: String?, of identity: NamespaceIdentity) -> [String] {
    if let option, !Directory.exists(option) { return [option] }
    return directories(option).compactMap { existingFile(in: $0, of: identity) }
  }
}
