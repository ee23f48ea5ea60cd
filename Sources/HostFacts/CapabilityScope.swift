internal import Kernel

/// Whether this process's capabilities are worth something outside its user namespace.
public enum CapabilityScope {
  /// Whether this process is in the host's user namespace: all user ids stand for themselves. Nil when
  /// nobody says.
  public static func isHost() -> Bool? {
    do throws(SystemCallError) {
      return parse(try KernelFile.readWhole("/proc/self/uid_map", limit: 16_384))
    } catch {
      return nil
    }
  }

  /// Parses "0 0 4294967295": the identity over every id. Nil when it is no such map.
  public static func parse(_ bytes: [UInt8]) -> Bool? {
    let numbers = KernelText.words(bytes).map { UInt64($0) }
    guard !numbers.isEmpty, numbers.count % 3 == 0, !numbers.contains(nil) else { return nil }
    return numbers == [0, 0, 4_294_967_295]
  }
}
