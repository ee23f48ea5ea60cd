public import Inet

/// One owner with its name and what it holds.
public struct RankedOwner: Hashable, Sendable {
  /// What makes the owner what it is.
  public enum Identity: Hashable, Sendable {
    /// A cgroup by its number, and what its path means; nil when the number has no path (any more).
    case cgroup(UInt64, CgroupMeaning?)
    /// A process.
    case process(ProcessScan.Process)
    /// A user by number, and name.
    case user(UInt32, String?)
  }

  /// Who it is.
  public var identity: Identity
  /// The cgroups that are one owner to people, where there are several: they have its name. Else empty.
  public var members: [CgroupMember] = []
  /// What a collector called a cgroup when it saw it, where its number has no path (any more).
  public var lastName: String?
  /// A cgroup that has gone; sockets live on without it.
  public var isGone: Bool
  /// What it holds; estimated where there is a `sample`.
  public var count: OwnerCount
  /// How much of a process was looked at; nil where all was.
  public var sample: SampledShare?

  /// The owner given.
  public init(
    _ identity: Identity, _ count: OwnerCount, isGone: Bool = false, sample: SampledShare? = nil
  ) {
    self.identity = identity
    self.count = count
    self.isGone = isGone
    self.sample = sample
  }

  /// The cgroup's, process's or user's number; of several cgroups that of the outermost.
  public var id: UInt64 {
    switch identity {
    case .cgroup(let number, _): number
    case .process(let process): UInt64(clamping: process.id)
    case .user(let uid, _): UInt64(uid)
    }
  }

  /// The name that people know it by: "haproxy.service", "nginx (812)", "www-data".
  public var name: String {
    switch identity {
    case .cgroup(let number, let meaning): meaning?.name ?? lastName ?? "cgroup \(number)"
    case .process(let process): process.name
    case .user(let uid, let name): name ?? "uid \(uid)"
    }
  }
}

/// Owners of the ports of a range, most ports first.
public struct OwnerRanking: Sendable {
  /// How owners were found.
  public enum Method: Hashable, Sendable {
    /// The kernel says it with each socket.
    case rows
    /// Every descriptor of every process was read.
    case exact
    /// So many descriptors of each large process were read.
    case sampled(Int)
  }

  /// What kind of owners.
  public var kind: OwnerKind
  /// How they were found.
  public var method: Method
  /// Of which protocol's ports.
  public var transport: TransportProtocol
  /// The range.
  public var range: PortRange
  /// Distinct ports of the range that somebody holds.
  public var ports: Int
  /// Sockets that hold them.
  public var sockets: Int
  /// The owners, most ports first.
  public var owners: [RankedOwner] = []
  /// Living sockets whose holder was not found; nil where not all descriptors were read.
  public var unseen: OwnerCount?
  /// Sockets of which the kernel no longer knows the owner, and no living one of their pool could be taken for it.
  public var unknown = OwnerCount()
  /// Sockets that several processes hold; nil where that was not looked at.
  public var sharedSockets: Int?
  /// How old what a collector saw is, by which sockets without owner were divided; nil where none were.
  public var memoryAgeNanoseconds: UInt64?
  /// Links that were read.
  public var linksRead = 0
  /// What could not be seen, and why.
  public var notes: [OwnerNote] = []
  /// When: nanoseconds since 1970-01-01 UTC.
  public var takenAtNanoseconds: UInt64 = 0
  /// How long it took.
  public var durationNanoseconds: UInt64 = 0

  /// A ranking of nobody.
  public init(
    _ kind: OwnerKind, _ method: Method, _ transport: TransportProtocol, range: PortRange,
    ports: Int = 0, sockets: Int = 0
  ) {
    self.kind = kind
    self.method = method
    self.transport = transport
    self.range = range
    self.ports = ports
    self.sockets = sockets
  }

  /// Puts the owners in order: ports, sockets, then name and number, so that two looks at the same table agree.
  public mutating func sort() {
    let keyed = owners.map { (owner: $0, name: $0.name) }
    owners = keyed.sorted { left, right in
      let (one, two) = (left.owner, right.owner)
      if one.count.ports != two.count.ports { return one.count.ports > two.count.ports }
      if one.count.sockets != two.count.sockets { return one.count.sockets > two.count.sockets }
      return left.name == right.name ? one.id < two.id : left.name < right.name
    }.map(\.owner)
  }
}

/// Something that could not be seen, and why.
public struct OwnerNote: Hashable, Sendable {
  /// A word that never changes: "processes_refused".
  public var id: String
  /// A sentence for people.
  public var text: String

  /// The note `id`, explained by `text`.
  public init(_ id: String, _ text: String) {
    self.id = id
    self.text = text
  }
}
