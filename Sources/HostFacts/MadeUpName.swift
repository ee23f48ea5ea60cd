/// Names of network namespaces that container runtimes make up, and that say nothing to people.
enum MadeUpName {
  /// Whether `name` is one: "cni-<uuid>" of containerd, "<uuid>" of CRI-O, 64 hexadecimal digits.
  static func matches(_ name: String) -> Bool {
    if name.hasPrefix("cni-") { return true }
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    let lengths = parts.map(\.utf8.count)
    return (lengths == [8, 4, 4, 4, 12] || lengths == [64]) && parts.allSatisfy(isHexadecimal)
  }

  private static func isHexadecimal(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
