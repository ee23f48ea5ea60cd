/// How patiently something is delivered.
public struct DeliveryOptions: Hashable, Sendable {
  /// How long a command may run before it is killed, in nanoseconds.
  public var timeoutNanoseconds: UInt64 = 10_000_000_000
  /// How many commands run at once.
  public var concurrency = 1
  /// How many items may wait; the oldest is dropped for one more.
  public var queueLimit = 256
  /// How often a command that failed is run again.
  public var retries = 3
  /// The time before the first of them; it doubles with each.
  public var backOffNanoseconds: UInt64 = 1_000_000_000

  /// The defaults.
  public init() {}
}

/// Something to deliver.
public struct DeliveryItem: Hashable, Sendable {
  /// What it is known by.
  public var id: UInt64
  /// Items of one lane are delivered one after the other, in order: an alarm is not cleared before it was
  /// raised.
  public var lane: String
  /// What the command can read.
  public var payload: [UInt8]

  /// The item given.
  public init(id: UInt64, lane: String, payload: [UInt8]) {
    self.id = id
    self.lane = lane
    self.payload = payload
  }
}

/// What became of an item.
public struct DeliveryOutcome: Hashable, Sendable {
  /// The item.
  public var id: UInt64
  /// What became of it.
  public var result: Result

  /// What can become of an item.
  public enum Result: Hashable, Sendable {
    /// The command took it: status 0.
    case delivered
    /// The command failed, and is run again later.
    case retrying(DeliveryFailure, attempt: Int)
    /// The command failed as often as it is run.
    case failed(DeliveryFailure, attempts: Int)
    /// Too many waited.
    case dropped
  }

  /// Whether nothing more will be done for it.
  public var isSettled: Bool {
    if case .retrying = result { return false }
    return true
  }
}
