/// The version of these programs.
public enum Version {
  /// "0.1.0".
  public static let current = "0.1.0"
}
