public import Rendering

/// The rings that the full-screen view can show: which there are, and how one is opened.
public struct LiveSources<Source> {
  /// The path of the one that is shown.
  public var current: String
  /// The rings that there are now, in the order of a list of them.
  public let list: () -> [RingSummary]
  /// Opens the one at a path; an error says why it cannot be.
  public let open: (String) throws -> Source
  /// Whether the file at a path is there.
  public let isThere: (String) -> Bool

  /// The sources given.
  public init(
    current: String, list: @escaping () -> [RingSummary],
    open: @escaping (String) throws -> Source, isThere: @escaping (String) -> Bool
  ) {
    self.current = current
    self.list = list
    self.open = open
    self.isThere = isThere
  }
}
