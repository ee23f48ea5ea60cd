/// Who holds one socket, as far as that is known.
public struct SocketOwner: Hashable, Sendable {
  /// The path of the cgroup in which it was created, from the root of the hierarchy; nil where the kernel tells none,
  /// or it has gone.
  public var cgroup: String?
  /// What people call the cgroup: "haproxy.service".
  public var cgroupName: String?
  /// The name of its user; nil where the kernel tells none, or the user has none.
  public var user: String?
  /// The processes that hold it, lowest number first; empty when none was found; nil when nobody looked.
  public var processes: [ProcessScan.Process]?

  /// The owner given.
  public init(
    cgroup: String? = nil, cgroupName: String? = nil, user: String? = nil,
    processes: [ProcessScan.Process]? = nil
  ) {
    self.cgroup = cgroup
    self.cgroupName = cgroupName
    self.user = user
    self.processes = processes
  }
}
