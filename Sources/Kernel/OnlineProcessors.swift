/// The processors that run: per-processor events are opened for each of them.
public struct OnlineProcessors: Hashable, Sendable {
  /// Their numbers, ascending; at most 8,192, as the kernel has no more.
  public let numbers: [Int32]

  /// What the kernel says: /sys/devices/system/cpu/online. Some microseconds.
  public static func read() throws(SystemCallError) -> OnlineProcessors {
    OnlineProcessors(try KernelFile.read("/sys/devices/system/cpu/online", limit: 8192))
  }

  /// Parses "0-3,6,8-11"; what makes no sense is left out.
  init(_ text: [UInt8]) {
    var numbers: [Int32] = []
    for part in text.split(whereSeparator: { $0 == 0x2c || $0 == 0x0a }) {
      let ends = part.split(separator: 0x2d, maxSplits: 1, omittingEmptySubsequences: false)
        .map { Self.number($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        continue
      }
      numbers.append(contentsOf: first...last)
    }
    self.numbers = Set(numbers).sorted()
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int32? {
    guard !digits.isEmpty, digits.count <= 4, digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let number = digits.reduce(0 as Int32) { $0 * 10 + Int32($1 - 0x30) }
    return number < 8192 ? number : nil
  }
}
