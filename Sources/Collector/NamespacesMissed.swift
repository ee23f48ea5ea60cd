public import Kernel

/// Network namespaces that were to be looked into and could not: how many, and what was said.
public struct NamespacesMissed: Sendable {
  /// How many.
  public private(set) var count = 0
  /// Those that this process may not enter.
  private var forbidden = 0
  /// The first other reason, without names: what is said may be meant to be shared.
  private var reason: String?

  /// Namespaces that were found, and had gone when it was their turn; they are not in `count`.
  public private(set) var goneCount = 0

  /// None.
  public init() {}

  /// Takes note of a namespace that had gone.
  public mutating func noteGone() { goneCount += 1 }

  /// Takes note of a namespace that could not be entered.
  public mutating func note(_ error: SystemCallError) {
    count += 1
    if error.errno == .permissionDenied || error.errno == .notPermitted {
      forbidden += 1
    } else {
      reason = reason ?? "cannot \(error.operation) it: \(error.errno)"
    }
  }

  /// Takes note of a namespace whose sockets could not be read.
  public mutating func note(_ error: SampleError) {
    count += 1
    reason = reason ?? "\(error)"
  }

  /// What to say of those that had gone; nil when none had.
  public var goneText: String? {
    guard goneCount > 0 else { return nil }
    return "\(goneCount) network namespace\(goneCount == 1 ? "" : "s") had gone when it was "
      + "\(goneCount == 1 ? "its" : "their") turn"
  }

  /// What to say of it; nil when nothing was missed.
  public var text: String? {
    guard count > 0 else { return nil }
    var text =
      "\(count) network namespace\(count == 1 ? "" : "s") could not be looked into: "
    if forbidden > 0 { text += "entering another one needs CAP_SYS_ADMIN (run as root)" }
    if let reason { text += (forbidden > 0 ? "; of \(count - forbidden) more: " : "") + reason }
    return text
  }
}
