/// One holder of ports, over all pools.
public struct OwnerRecord: Hashable, Sendable {
  /// What kind of holder.
  public enum Kind: UInt8, Hashable, Sendable {
    /// A control group: a unit, a container.
    case cgroup = 0
    /// A process.
    case process = 1
    /// A user.
    case user = 2
  }

  /// What kind of holder.
  public var kind: Kind
  /// The cgroup's, process's or user's number.
  public var id: UInt64
  /// Its name, at most 48 bytes of UTF-8; longer ones are cut.
  public var name: String
  /// Ports held.
  public var ports: Int
  /// Of those in TIME_WAIT.
  public var timeWait: Int
  /// Whether part of it was inferred and not seen.
  public var isInferred: Bool

  /// The holder given.
  public init(
    kind: Kind, id: UInt64, name: String, ports: Int, timeWait: Int, isInferred: Bool = false
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.ports = ports
    self.timeWait = timeWait
    self.isInferred = isInferred
  }
}

/// Something found, and what is to be done: an id and its arguments, which readers put into words.
public struct FindingRecord: Hashable, Sendable {
  /// The finding's number.
  public var id: UInt16
  /// How bad it is.
  public var severity: UInt8
  /// Four numbers, whose meaning the id fixes.
  public var arguments: [UInt64]

  /// The finding given; arguments beyond four are dropped, missing ones 0.
  public init(id: UInt16, severity: UInt8, arguments: [UInt64]) {
    self.id = id
    self.severity = severity
    self.arguments = (0..<Self.argumentCount).map { $0 < arguments.count ? arguments[$0] : 0 }
  }

  /// The number of arguments.
  public static var argumentCount: Int { 4 }
}
