public import Inet

/// A connect() that failed because no port was left, and whose it was.
public struct ConnectFailure: Hashable, Sendable {
  /// The process.
  public var processID: Int32
  /// Its thread that called connect().
  public var threadID: Int32
  /// The thread's name when it was looked up, at most 15 bytes: "haproxy".
  public var command: String
  /// The id of the process's cgroup (v2), as the kernel said at the moment of the failure; nil before 5.7.
  public var cgroupID: UInt64?
  /// The thread's network namespace: its inode in nsfs.
  public var namespaceInode: UInt64
  /// Whether that is the namespace of the thread that counts.
  public var isOwnNamespace: Bool
  /// The local address that was bound, or that the route gave.
  public var source: IPAddress
  /// The remote address.
  public var destination: IPAddress
  /// The remote port.
  public var port: UInt16
  /// When: CLOCK_MONOTONIC.
  public var monotonicNanoseconds: UInt64

  /// The failure given.
  public init(
    processID: Int32, threadID: Int32, command: String, cgroupID: UInt64?, namespaceInode: UInt64,
    isOwnNamespace: Bool, source: IPAddress, destination: IPAddress, port: UInt16,
    monotonicNanoseconds: UInt64
  ) {
    self.processID = processID
    self.threadID = threadID
    self.command = command
    self.cgroupID = cgroupID
    self.namespaceInode = namespaceInode
    self.isOwnNamespace = isOwnNamespace
    self.source = source
    self.destination = destination
    self.port = port
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}
