internal import Kernel

/// What the host's processors have done since it started, all of them together.
///
/// In ticks of USER_HZ, of which only ratios matter. Time that a hypervisor took counts as busy: it was not to be
/// had. Source: fs/proc/stat.c, show_stat(), the first line.
public struct ProcessorTime: Hashable, Sendable {
  /// Ticks in which there was something to do.
  public let busyTicks: UInt64
  /// Those and the idle ones.
  public let ticks: UInt64

  /// The processors now; nil where /proc/stat cannot be read. Tens of microseconds a hundred processors.
  public static func read() -> ProcessorTime? {
    guard let bytes = try? KernelFile.read("/proc/stat", limit: 1 << 20) else { return nil }
    return ProcessorTime(bytes.span)
  }

  /// "cpu  user nice system idle iowait irq softirq steal guest guest_nice"; guests are in user and nice too.
  init?(_ bytes: Span<UInt8>) {
    var words = KernelWords(bytes)
    guard words.nextLine(), words.skip("cpu") else { return nil }
    var sum: UInt64 = 0, idle: UInt64 = 0, count = 0
    while count < 8, let number = words.nextNumber() {
      sum &+= number
      // Waiting for a disk is idle time.
      if count == 3 || count == 4 { idle &+= number }
      count += 1
    }
    guard count >= 4, idle <= sum else { return nil }
    (busyTicks, ticks) = (sum - idle, sum)
  }

  /// The share of the time since `before` in which the processors were busy, 0 to 1; nil for less than ten ticks.
  public func busyShare(since before: ProcessorTime) -> Double? {
    guard ticks >= before.ticks + 10, busyTicks >= before.busyTicks else { return nil }
    return min(1, Double(busyTicks - before.busyTicks) / Double(ticks - before.ticks))
  }
}
