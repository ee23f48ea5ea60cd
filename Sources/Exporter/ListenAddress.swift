internal import Inet

/// Where the exporter listens: "127.0.0.1:21121", "[::1]:21121", "localhost:21121", ":21121".
public struct ListenAddress: Hashable, Sendable {
  /// The port without a flag: below every range of ephemeral ports in use (Linux gives out 32768 to 60999, IANA
  /// 49152 to 65535), so that no connect() takes it before the exporter does, and none of those that exporters
  /// of Prometheus have been allotted (9100 to 9999), nor in /etc/services.
  public static let usualPort = 21_121

  /// The host's name or address; empty: all addresses.
  public let host: String
  /// The port; 0: one that the kernel chooses.
  public let port: Int

  /// The address that `text` is; nil when it is none. An IPv6 address stands in brackets.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(digits)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard IPAddress(String(host)) != nil else { return nil }
    } else if host.contains(":") || host.contains("[") {
      return nil
    }
    guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }

  /// Whether this host alone can reach it.
  public var isLoopback: Bool {
    host == "localhost" || IPAddress(host).map(\.isLoopback) ?? false
  }

  /// "[::1]:21121".
  public var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
