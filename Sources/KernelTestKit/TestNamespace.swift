internal import CKernel
import Glibc
public import Inet
public import Kernel

/// A network namespace of the calling thread's own: fresh, with `lo` up, gone with its last user.
///
///     await #expect(processExitsWith: .success) {
///       let namespace = try TestNamespace.enter()
///       try namespace.add("10.9.0.1")
///       try namespace.write("40000 40019", to: "ipv4/ip_local_port_range")
///       …
///     }
///
/// NB: unshare(2) moves the calling *thread*. Enter in the process of an exit test, and do not await
/// between here and the last socket. Needs root.
public struct TestNamespace: Sendable {
  private init() {}

  /// Moves the calling thread into a new namespace with 127.0.0.1, ::1 and the bare ports.
  public static func enter() throws(SystemCallError) -> TestNamespace {
    guard CKernel_unshare_net() == 0 else {
      throw SystemCallError("make", "a network namespace", Errno.last)
    }
    let namespace = TestNamespace()
    try RouteRequest.setUp(interface: Self.loopbackIndex).send()
    return namespace
  }

  /// Gives `lo` an address. With a length, the whole IPv4 prefix becomes local: one call makes
  /// thousands of addresses.
  public func add(_ address: IPAddress, length: Int? = nil) throws(SystemCallError) {
    let length = length ?? (address.isIPv4 ? 32 : 128)
    try RouteRequest.add(address, length: length, interface: Self.loopbackIndex).send()
  }

  /// Writes a sysctl of this namespace; `name` is its path below /proc/sys/net.
  public func write(_ value: String, to name: String) throws(SystemCallError) {
    let file = try Descriptor(opening: "/proc/sys/net/\(name)", flags: O_WRONLY)
    try ByteStream(descriptor: file.number).write(Array("\(value)\n".utf8))
  }

  /// Reads a sysctl of this namespace, without the line's end.
  public func read(_ name: String) throws(SystemCallError) -> String {
    let bytes = try KernelFile.read("/proc/sys/net/\(name)")
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// Sets the range of ephemeral ports.
  public func setPortRange(_ low: UInt16, _ high: UInt16) throws(SystemCallError) {
    try write("\(low) \(high)", to: "ipv4/ip_local_port_range")
  }

  /// The loopback's index is 1 in every namespace.
  private static let loopbackIndex: UInt32 = 1
}
