/// A closed range of ports, both ends included, as in net.ipv4.ip_local_port_range.
public struct PortRange: Hashable, Sendable {
  /// The first port.
  public let low: UInt16
  /// The last port.
  public let high: UInt16

  /// The range from `low` to `high`; nil when it would be empty.
  public init?(low: UInt16, high: UInt16) {
    guard low <= high else { return nil }
    self.low = low
    self.high = high
  }

  /// The range with one port.
  public init(_ port: UInt16) {
    low = port
    high = port
  }

  /// Every port.
  public static let all = PortRange(ordered: 0, .max)
  /// What the kernel starts with: 32768–60999.
  public static let kernelDefault = PortRange(ordered: 32768, 60999)

  private init(ordered low: UInt16, _ high: UInt16) {
    self.low = low
    self.high = high
  }

  /// The number of ports, 1 to 65,536.
  public var count: Int { Int(high) - Int(low) + 1 }

  /// Whether `port` lies in the range.
  @inlinable
  public func contains(_ port: UInt16) -> Bool { port >= low && port <= high }
}

extension PortRange: CustomStringConvertible {
  /// "32768–60999".
  public var description: String { low == high ? "\(low)" : "\(low)–\(high)" }
}
