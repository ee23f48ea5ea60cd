public import Inet
internal import Kernel

/// net.ipv4.ip_local_port_range: where ephemeral ports come from, for IPv6 too.
public enum LocalPortRange {
  /// The file, seen in the reader's network namespace.
  public static let path = "/proc/sys/net/ipv4/ip_local_port_range"

  /// Reads the range of the calling thread's namespace.
  public static func read() throws(FactError) -> PortRange {
    let bytes: [UInt8]
    do throws(SystemCallError) { bytes = try KernelFile.read(path, limit: 4096) } catch {
      throw .unreadable(error)
    }
    guard let range = parse(bytes) else { throw .unexpected(path: path, bytes) }
    return range
  }

  /// Parses "32768\t60999"; nil when it is anything else.
  public static func parse(_ bytes: [UInt8]) -> PortRange? {
    let words = KernelText.words(bytes)
    guard words.count == 2, let low = UInt16(words[0]), let high = UInt16(words[1]) else {
      return nil
    }
    return PortRange(low: low, high: high)
  }
}
