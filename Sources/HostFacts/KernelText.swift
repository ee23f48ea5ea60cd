internal import Kernel

/// Reading and parsing are apart: these parse the kernel's text and touch no file.
enum KernelText {
  /// The whitespace-separated words of a file.
  static func words(_ bytes: [UInt8]) -> [Substring.SubSequence] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
  }

  /// The lines of a file, without their ends.
  static func lines(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
  }
}
