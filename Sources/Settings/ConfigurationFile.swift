internal import Kernel

/// Where a configuration file is looked for.
public enum ConfigurationFile {
  /// The file of the system.
  public static let systemPath = "/etc/ullage/ullage.json5"

  /// The files that are looked for where none is named, the first that is there holds: a user's own in
  /// $XDG_CONFIG_HOME (or ~/.config), then the system's. Root has the system's alone.
  public static func paths(isRoot: Bool, environment value: (String) -> String?) -> [String] {
    if isRoot { return [systemPath] }
    func directory(_ name: String) -> String? {
      // A relative path would depend on where one stands.
      value(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let home = directory("XDG_CONFIG_HOME") ?? directory("HOME").map { "\($0)/.config" }
    return (home.map { ["\($0)/ullage/ullage.json5"] } ?? []) + [systemPath]
  }

  /// The layer in the file at `path`, which must be there; or of the first of `defaults` that is there
  /// and may be read, and an empty layer if none is.
  public static func load(
    _ path: String?, defaults: [String]
  ) throws(ConfigurationError) -> CollectorSettings {
    for candidate in path.map({ [$0] }) ?? defaults {
      let bytes: [UInt8]
      do throws(SystemCallError) {
        bytes = try KernelFile.read(candidate, limit: 1_048_576)
      } catch {
        if path == nil, absences.contains(error.errno) { continue }
        throw .unreadable(error)
      }
      return try CollectorSettings(json5: bytes, source: candidate)
    }
    return CollectorSettings()
  }

  /// What says that there is no file for us where one would be by default. A HOME that is no directory, or
  /// another user's, is nobody's mistake here.
  private static let absences: Set<Errno> = [.noEntry, .notDirectory, .permissionDenied]
}
