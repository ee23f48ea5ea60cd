public import Inet

/// A network namespace that was found and not counted, with what is known of it for less.
public struct UncountedNamespace: Hashable, Sendable {
  /// How it is called: as `NamespaceSnapshot.name`.
  public var name: String
  /// The inode in nsfs.
  public var inode: UInt64
  /// SO_NETNS_COOKIE; nil when it could not be had.
  public var cookie: UInt64?
  /// E; nil when the namespace could not be entered.
  public var range: PortRange?
  /// |E \ R|; nil when it is not known.
  public var capacity: Int?
  /// TCP sockets that listen or are connected, and those in TIME_WAIT; nil when not known.
  public var tcpSockets: Int?
  /// Of those, the ones in TIME_WAIT; nil when not known.
  public var timeWait: Int?
  /// UDP sockets that hold a port; nil when not known.
  public var udpSockets: Int?
  /// The most that any of its pools can be used, from 0 to 1; nil when that is not known.
  public var usageMaximum: Double?
  /// Whether its TCP table is its own; nil where the kernel does not tell.
  public var ownsTable: Bool?
  /// Why it was not counted, when that is not because its counters made it needless.
  public var refusal: String?

  /// The namespace called `name`, nothing else known.
  public init(name: String, inode: UInt64) {
    self.name = name
    self.inode = inode
  }

  /// Listed before: what may be fuller first, and what is not known before all.
  public func precedes(_ other: UncountedNamespace) -> Bool {
    let left = usageMaximum ?? 2, right = other.usageMaximum ?? 2
    return left != right ? left > right : name < other.name
  }
}
