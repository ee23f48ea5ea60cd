internal import Kernel

/// Waiting for the kernel to be through with packets that are on their way within this host.
public enum Settling {
  /// Sleeps; the loopback needs far less than a millisecond, so 20 ms are plenty.
  public static func pause(milliseconds: UInt64 = 20) {
    Clock.sleep(
      untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + milliseconds * 1_000_000)
  }

  /// Asks again until `condition` holds, so many seconds at most; whether it came to hold. What a program
  /// does that has to be started first takes long where much else runs.
  public static func wait(
    seconds: UInt64 = 5, for condition: () throws -> Bool
  ) rethrows -> Bool {
    let deadline = Clock.monotonicNanoseconds() + seconds * 1_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
      if try condition() { return true }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 2_000_000)
    }
    return try condition()
  }
}
