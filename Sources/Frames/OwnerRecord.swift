public import Pools

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
  /// Distinct ports held: those of TCP, and those of UDP.
  public var ports: Int
  /// Of those in TIME_WAIT, which nothing else of the owner holds.
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

  /// An owner of a pool as a record; one without a name is called by its number.
  public init(_ owner: PoolOwner) {
    let unnamed = owner.kind == .user ? "uid" : owner.kind.rawValue
    self.init(
      kind: Kind(owner.kind), id: owner.id, name: owner.name ?? "\(unnamed) \(owner.id)",
      ports: owner.ports, timeWait: owner.timeWait, isInferred: owner.isInferred)
  }

  /// The most bytes of a name.
  public static var nameByteCount: Int { FrameLayout.ownerNameByteCount }

  /// A name as frames have it: what people call somebody, cut between characters.
  public static func cut(_ name: String) -> String {
    String(
      decoding: name.utf8.prefix(WordWriter.cut(name, byteCount: nameByteCount)), as: UTF8.self)
  }

  /// Whether a frame's name may be a part of what people say.
  public static func mayBeCut(_ name: String) -> Bool { name.utf8.count > nameByteCount - 4 }

  /// Whether it stands before `other`: most ports first; equals in an order that depends on nothing else.
  public func ranks(before other: OwnerRecord) -> Bool {
    if ports != other.ports { return ports > other.ports }
    return (kind.rawValue, id) < (other.kind.rawValue, other.id)
  }
}

extension OwnerRecord.Kind {
  /// The kind of a pool's owner.
  public init(_ kind: PoolOwner.Kind) {
    self =
      switch kind {
      case .cgroup: .cgroup
      case .process: .process
      case .user: .user
      }
  }

  /// The contract's word.
  public var name: String { PoolOwner.Kind(self).rawValue }
}

extension PoolOwner.Kind {
  /// The kind of a record.
  public init(_ kind: OwnerRecord.Kind) {
    self =
      switch kind {
      case .cgroup: .cgroup
      case .process: .process
      case .user: .user
      }
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
