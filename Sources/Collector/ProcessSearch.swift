/// How the processes that hold sockets are found.
public enum ProcessSearch: Hashable, Sendable {
  /// By every descriptor there is.
  case exact
  /// By so many of each large process.
  case sampled(Int)
}
