public import Inet
internal import Kernel

/// net.ipv4.ip_local_reserved_ports: ports that connect() and bind(0) leave out.
public enum ReservedPorts {
  /// The file, seen in the reader's network namespace.
  public static let path = "/proc/sys/net/ipv4/ip_local_reserved_ports"

  /// Reads the set of the calling thread's namespace.
  ///
  /// A full list has 63,000 bytes, and a read through a smaller buffer is cut without a sign: one
  /// read of 256 KiB, and a full buffer is refused.
  public static func read() throws(FactError) -> PortSet {
    let bytes: [UInt8]
    do throws(SystemCallError) { bytes = try KernelFile.read(path, limit: 262_144) } catch {
      throw .unreadable(error)
    }
    guard let ports = parse(bytes) else { throw .unexpected(path: path, bytes) }
    return ports
  }

  /// Parses the kernel's list format, "8080,9000-9010"; an empty line is an empty set; nil when it
  /// is anything else.
  ///
  /// Source: kernel/sysctl.c, proc_do_large_bitmap().
  public static func parse(_ bytes: [UInt8]) -> PortSet? {
    var ports = PortSet()
    let text = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
    for item in text.split(separator: ",", omittingEmptySubsequences: true) {
      let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard let low = UInt16(ends[0]), let high = UInt16(ends[ends.count - 1]),
        let range = PortRange(low: low, high: high)
      else { return nil }
      ports.insert(range)
    }
    return ports
  }
}
