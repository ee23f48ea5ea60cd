public import Inet
internal import Kernel
public import Owners

/// Finds who holds sockets: cgroups and users by what the kernel says of each, processes by a look at every
/// descriptor.
public struct SocketOwners: Sendable {
  private var cgroups = CgroupNames()
  private var cgroupNames: [UInt64: String] = [:]
  private let users = UserNames()
  private var sockets = SocketInodes()
  private var holders: SocketHolders?
  private var processes: [ProcessScan.Process] = []
  /// What could not be seen, and why.
  public private(set) var notes: [OwnerNote] = []

  /// Cgroups and users alone.
  public init() {}

  /// Looks for the processes that hold what `lister` lists now in the calling thread's namespace, whose inode is
  /// `namespace`.
  ///
  /// Sockets first and descriptors after: so only those asked for are remembered, 15 to 25 bytes each. What is listed
  /// again afterwards may have newer sockets, which then have nobody.
  public mutating func findProcesses(
    of lister: SocketLister, namespace: UInt64?
  ) throws(SampleError) {
    try ask(for: lister)
    try findProcesses(namespace: namespace)
  }

  /// Asks for the processes of what `lister` lists now in the calling thread's namespace.
  public mutating func ask(for lister: SocketLister) throws(SampleError) {
    _ = try lister.list { socket in
      if let inode = socket.inode { sockets.insert(inode) }
    }
  }

  /// Looks for the processes of all sockets that were asked for, in the network namespace with this inode first; nil:
  /// in all at once.
  public mutating func findProcesses(namespace: UInt64?) throws(SampleError) {
    var scan = ProcessScan(namespace: namespace)
    do throws(SystemCallError) {
      let found = try scan.readAll(for: sockets, keepsAll: true)
      processes = scan.processes
      if found.unclaimedCount > 0, let refusal = scan.refusal {
        notes.append(
          OwnerNote("processes_refused", ProcessScan.refusalText(scan.refusedCount, refusal)))
      }
      holders = found
    } catch {
      throw .system(error)
    }
  }

  /// Who holds `socket`.
  public mutating func owner(of socket: SocketRecord) -> SocketOwner {
    let path = socket.cgroupID.flatMap { cgroups.entry($0)?.path }
    return SocketOwner(
      cgroup: path, cgroupName: socket.cgroupID.flatMap { name($0, path) },
      user: socket.uid.flatMap { users.name($0) },
      processes: holders.map { holders in
        guard let inode = socket.inode else { return [] }
        return holders.all(sockets.number(of: inode)).map { processes[Int($0) - 1] }
      })
  }

  private mutating func name(_ cgroup: UInt64, _ path: String?) -> String? {
    if let name = cgroupNames[cgroup] { return name }
    let name = path.map { CgroupMeaning($0).name }
    cgroupNames[cgroup] = name
    return name
  }
}
