/// What tcp_tw_reuse and its delay come to on a kernel.
///
/// Whether connections have timestamps, without which nothing is taken over, is not in it: who does not know
/// that must take a side. Source: net/ipv4/tcp_ipv4.c, tcp_twsk_unique().
public struct ReuseRule: Hashable, Sendable {
  /// 0 never, 1 always, 2 between loopback addresses, as Linux 4.19 means them; nil if not known.
  public let mode: Int?
  /// The age in milliseconds at which a TIME_WAIT surely may be taken over.
  public let delayMilliseconds: UInt32
  /// The age in milliseconds below which it surely may not: less than the delay where the kernel counts whole
  /// seconds.
  public let earliestMilliseconds: UInt32

  /// The rule that the sysctls tcp_tw_reuse and tcp_tw_reuse_delay make on `kernel`; nil where one is not
  /// there or cannot be read.
  public init(mode: Int?, delayMilliseconds delay: Int?, on kernel: KernelVersion) {
    self.mode = mode == 2 && !kernel.has(.reusesLoopbackAlone) ? 1 : mode
    if let delay {
      delayMilliseconds = UInt32(clamping: delay)
      earliestMilliseconds = delayMilliseconds
    } else if kernel.has(.reusesInNextSecond) {
      (delayMilliseconds, earliestMilliseconds) = (1000, 0)
    } else {
      (delayMilliseconds, earliestMilliseconds) = (2000, 1000)
    }
  }

  /// The sure delay in seconds.
  public var delaySeconds: Double { Double(delayMilliseconds) / 1000 }
}
