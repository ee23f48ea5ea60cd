/// How much of a limit of the kernel is used.
public struct LimitUse: Hashable, Sendable {
  /// What is used, in the limit's unit.
  public var used: Int
  /// What the kernel allows.
  public var limit: Int

  /// `used` of `limit`; nil unless both are known and the limit is one.
  public init?(_ used: Int?, of limit: Int?) {
    guard let used, let limit, used >= 0, limit > 0 else { return nil }
    self.used = used
    self.limit = limit
  }
}
