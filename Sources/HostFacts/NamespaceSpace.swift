public import Inet

/// What a namespace's settings make of its ports, as far as it matters before anything is counted.
public struct NamespaceSpace: Hashable, Sendable {
  /// E.
  public var range: PortRange
  /// |E \ R|; nil when the reserved ports cannot be read.
  public var capacity: Int?
  /// Whether it has a TCP table of its own, so that a walk does not pass the sockets of others; never true
  /// of the host's, which the others share; nil where the kernel does not tell (6.1).
  public var ownsTable: Bool?
  /// The namespace's cookie; nil before Linux 5.14.
  public var cookie: UInt64?

  /// The space given.
  public init(range: PortRange, capacity: Int?, ownsTable: Bool?, cookie: UInt64?) {
    self.range = range
    self.capacity = capacity
    self.ownsTable = ownsTable
    self.cookie = cookie
  }

  /// Reads the settings of the calling thread's namespace: three files. Nil when the range cannot be had.
  static func read(cookie: UInt64?, isHost: Bool) -> NamespaceSpace? {
    guard let range = try? LocalPortRange.read() else { return nil }
    let capacity = (try? ReservedPorts.read()).map { reserved in
      range.count - reserved.intersection(PortSet(range)).count
    }
    return NamespaceSpace(
      range: range, capacity: capacity,
      ownsTable: Settings.ownsEstablishedHash().map { $0 && !isHost }, cookie: cookie)
  }
}
