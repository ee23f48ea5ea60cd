public import Kernel

/// Why a command did not take an item.
public enum DeliveryFailure: Error, Hashable, Sendable {
  /// It ended with a status other than 0.
  case status(Int32)
  /// A signal ended it.
  case signal(Int32)
  /// It ran for too long and was killed.
  case timedOut(nanoseconds: UInt64)
  /// It could not be started.
  case notStarted(SystemCallError)
}

extension DeliveryFailure: CustomStringConvertible {
  /// "it ended with status 1".
  public var description: String {
    switch self {
    case .status(let status): "it ended with status \(status)"
    case .signal(let signal): "signal \(signal) ended it"
    case .timedOut(let time):
      "it was killed after \(time / 1_000_000_000).\(time / 100_000_000 % 10) s"
    case .notStarted(let error): "\(error)"
    }
  }
}
