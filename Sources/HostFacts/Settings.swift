public import Kernel

/// The sysctls that decide how ports are given out and come back; nil where the kernel has none.
public struct Settings: Hashable, Sendable {
  /// net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 between loopback addresses.
  public var timeWaitReuse: Int?
  /// net.ipv4.tcp_tw_reuse_delay in milliseconds (6.14; before, see `ReuseRule`).
  public var timeWaitReuseDelayMilliseconds: Int?
  /// net.ipv4.tcp_fin_timeout in seconds: how long an orphan stays in FIN_WAIT2.
  public var finTimeoutSeconds: Int?
  /// net.ipv4.tcp_max_tw_buckets: TIME_WAIT and orphaned FIN_WAIT2 sockets allowed.
  public var maxTimeWaitBuckets: Int?
  /// net.ipv4.tcp_timestamps: reuse of a TIME_WAIT needs them.
  public var timestamps: Int?
  /// net.ipv4.ip_autobind_reuse: bind(0) with SO_REUSEADDR may share ports.
  public var autobindReuse: Int?
  /// net.ipv4.tcp_ehash_entries: negative when the namespace shares the table of its parent (6.1).
  public var establishedHashEntries: Int?

  /// No setting known.
  public init() {}

  /// Reads the settings of the calling thread's network namespace.
  public static func read() -> Settings {
    var settings = Settings()
    settings.timeWaitReuse = number("tcp_tw_reuse")
    settings.timeWaitReuseDelayMilliseconds = number("tcp_tw_reuse_delay")
    settings.finTimeoutSeconds = number("tcp_fin_timeout")
    settings.maxTimeWaitBuckets = number("tcp_max_tw_buckets")
    settings.timestamps = number("tcp_timestamps")
    settings.autobindReuse = number("ip_autobind_reuse")
    settings.establishedHashEntries = number("tcp_ehash_entries")
    return settings
  }

  /// What tcp_tw_reuse and its delay come to on `kernel`.
  public func reuse(on kernel: KernelVersion) -> ReuseRule {
    ReuseRule(mode: timeWaitReuse, delayMilliseconds: timeWaitReuseDelayMilliseconds, on: kernel)
  }

  /// Whether the calling thread's namespace has a TCP table of its own: the sign of tcp_ehash_entries; nil
  /// where the kernel does not tell.
  static func ownsEstablishedHash() -> Bool? { number("tcp_ehash_entries").map { $0 > 0 } }

  private static func number(_ name: String) -> Int? {
    do throws(SystemCallError) {
      let bytes = try KernelFile.read("/proc/sys/net/ipv4/\(name)", limit: 256)
      return KernelText.words(bytes).first.flatMap { Int($0) }
    } catch {
      return nil
    }
  }
}
