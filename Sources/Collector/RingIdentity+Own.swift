public import Kernel
internal import Netlink
public import Ring

extension RingIdentity {
  /// The identity of a ring that this process writes.
  public static func own(_ namespace: NamespaceIdentity, boot: BootID, interval: UInt64)
    -> RingIdentity
  {
    let cookie = (try? NetlinkSocket.socketDiagnostics())?.namespaceCookie
    return RingIdentity(
      bootID: boot, namespaceCookie: cookie ?? 0, namespaceInode: namespace.inode,
      namespaceName: namespace.name, hostName: Machine.hostName(),
      writerPID: Credentials.processID,
      writerStartRealtimeNanoseconds: Clock.realtimeNanoseconds(), intervalNanoseconds: interval)
  }
}
