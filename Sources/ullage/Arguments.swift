public import ArgumentParser
public import Collector
public import Inet
public import Owners
public import Rendering
public import Settings

// The words of lower layers as arguments.

extension AddressPrefix: ExpressibleByArgument {
  /// Parses `ADDRESS[/LENGTH]`.
  public init?(argument: String) { self.init(argument) }
}

extension PortRange: ExpressibleByArgument {
  /// Parses `PORT` or `LOW-HIGH`.
  public init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count), let low = UInt16(ends[0]),
      let high = UInt16(ends[ends.count - 1])
    else { return nil }
    self.init(low: low, high: high)
  }
}

extension TransportProtocol: ExpressibleByArgument {
  /// Parses "tcp" or "udp".
  public init?(argument: String) {
    guard let match = Self.allCases.first(where: { $0.name == argument.lowercased() }) else {
      return nil
    }
    self = match
  }

  /// "tcp", "udp".
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

/// "usage", "in-use", … as on the command line.
extension PoolSelection.SortKey: ExpressibleByArgument {}
/// "cgroup", "process", "user".
extension OwnerKind: ExpressibleByArgument {}

/// "error", "warning", "info", "debug".
extension LogLevel: ExpressibleByArgument {}
/// "table", "csv", "json".
extension ClassicLog.Format: ExpressibleByArgument {}
