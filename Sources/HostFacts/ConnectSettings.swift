internal import Kernel

/// Sysctls of a network namespace that only advice needs; nil where the kernel has none.
public struct ConnectSettings: Hashable, Sendable {
  /// net.ipv4.tcp_syn_retries: how often a SYN is sent again, the waits doubling.
  public var synRetries: Int?
  /// net.ipv4.tcp_syn_linear_timeouts (6.5): how often it is sent again after one second each, before that.
  public var synLinearTimeouts: Int?
  /// net.ipv4.ip_unprivileged_port_start: the range of ephemeral ports may not begin below.
  public var unprivilegedPortStart: Int?

  /// No setting known.
  public init() {}

  /// Reads the settings of the calling thread's network namespace.
  public static func read() -> ConnectSettings {
    var settings = ConnectSettings()
    settings.synRetries = KernelText.number("/proc/sys/net/ipv4/tcp_syn_retries")
    settings.synLinearTimeouts = KernelText.number("/proc/sys/net/ipv4/tcp_syn_linear_timeouts")
    settings.unprivilegedPortStart = KernelText.number(
      "/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return settings
  }
}
