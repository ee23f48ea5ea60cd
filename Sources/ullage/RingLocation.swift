import Collector
import Console
import Kernel

/// Where a collector's ring is, by default and by option.
enum RingLocation {
  /// The directory of the daemon.
  static let systemDirectory = "/run/ullage"

  /// The directory of this user's own collector: $XDG_RUNTIME_DIR/ullage; nil where there is none.
  static var userDirectory: String? {
    Environment.value("XDG_RUNTIME_DIR").flatMap { $0.isEmpty ? nil : "\($0)/ullage" }
  }

  /// The file of a namespace in a directory.
  static func file(in directory: String, namespace: String = "host") -> String {
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
  static func directories(_ option: String?) -> [String] {
    option.map { [$0] } ?? [systemDirectory] + (userDirectory.map { [$0] } ?? [])
  }

  /// The rings that say of themselves that they are of a namespace called `name`: also of one that has gone,
  /// or may not be entered. Empty where there is none, or `option` is one file.
  static func forReading(_ option: String?, called name: String) -> [String] {
    directories(option).compactMap { NamespaceRings.newest(called: name, in: $0) }
  }

  /// Where a collector of this user writes by default; nil for root, whose place the configuration knows.
  static var userDirectoryUnlessRoot: String? { Credentials.isRoot ? nil : userDirectory }

  /// The files in which a reader looks, the first one first.
  static func forReading(_ option: String?, of identity: NamespaceIdentity) -> [String] {
    if let option, !Directory.exists(option) { return [option] }
    return directories(option).compactMap { existingFile(in: $0, of: identity) }
  }

  /// The first of them that is there; the last one if none is, whose opening then says so.
  static func existing(_ option: String?, in paths: [String]) throws(Failure) -> String {
    for path in paths where File.exists(path) { return path }
    if let option { return try named(option, in: paths) }
    let places = paths.isEmpty ? directories(nil) : paths
    throw Failure(
      "no ring in \(places.joined(separator: " or ")): start a collector (ullage collect), or say --ring"
    )
  }

  /// The file of a namespace in the directory `option`, or that file.
  static func named(_ option: String, in paths: [String]) throws(Failure) -> String {
    guard let path = paths.first else {
      throw Failure(
        "no ring in \(option) is of this network namespace: ullage ring list says whose")
    }
    return path
  }
}
