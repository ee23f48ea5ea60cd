import Glibc

/// The processes of this PID namespace, as /proc lists them.
public enum ProcessList {
  /// The process ids, ascending. About a microsecond a process; threads are not in it.
  public static func processIDs() throws(SystemCallError) -> [Int32] {
    // SAFETY: the string lives for the call; the stream is closed on every way out.
    guard let stream = unsafe opendir("/proc") else {
      throw SystemCallError("list", "/proc", Errno.last)
    }
    defer { unsafe closedir(stream) }
    var numbers: [Int32] = []
    // SAFETY: readdir returns NULL or an entry that is valid until the next call; the bytes are copied.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe [UInt8]($0.prefix(12)) }
      if let process = decimal(name) { numbers.append(process) }
    }
    // The kernel lists them so already; others rely on it.
    if !zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) { numbers.sort() }
    return numbers
  }

  /// The number that the bytes before the first zero spell in decimal; nil when they spell none.
  private static func decimal(_ name: [UInt8]) -> Int32? {
    var value: Int32 = 0
    for (index, byte) in name.enumerated() {
      if byte == 0 { return index == 0 ? nil : value }
      guard (48...57).contains(byte) else { return nil }
      let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = tens.addingReportingOverflow(Int32(byte - 48))
      guard !overflows, !carries else { return nil }
      value = sum
    }
    return nil
  }
}
