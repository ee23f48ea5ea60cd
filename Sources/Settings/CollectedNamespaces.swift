/// Which network namespaces a collector looks after.
public enum CollectedNamespaces: String, Hashable, Sendable, CaseIterable {
  /// All that there are, as far as they may be entered.
  case all
  /// The one that it runs in.
  case own
}
