internal import Kernel

/// The effective capabilities of a process: what it may do now.
public struct CapabilitySet: Hashable, Sendable {
  /// One bit for each capability, the number of the bit being the capability's.
  public var rawValue: UInt64

  /// The set of these bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether `capability` is in the set.
  public func contains(_ capability: Capability) -> Bool {
    rawValue & (1 << UInt64(capability.rawValue)) != 0
  }

  /// The capabilities of `wanted` that are not in the set.
  public func lacking(_ wanted: [Capability]) -> [Capability] { wanted.filter { !contains($0) } }

  /// Reads those of this process, /proc/self/status. One read.
  public static func effective() throws(FactError) -> CapabilitySet {
    let path = "/proc/self/status"
    let bytes: [UInt8]
    do throws(SystemCallError) { bytes = try KernelFile.read(path) } catch {
      throw .unreadable(error)
    }
    guard let set = parse(bytes) else { throw .unexpected(path: path, bytes) }
    return set
  }

  /// Parses the line "CapEff:\t000001fffeffffff"; nil when there is none.
  public static func parse(_ status: [UInt8]) -> CapabilitySet? {
    for line in KernelText.lines(status) where line.hasPrefix("CapEff:") {
      let digits = line.dropFirst("CapEff:".count).drop { $0 == "\t" || $0 == " " }
      guard digits.utf8.count == 16, let value = UInt64(digits, radix: 16) else { return nil }
      return CapabilitySet(rawValue: value)
    }
    return nil
  }
}
