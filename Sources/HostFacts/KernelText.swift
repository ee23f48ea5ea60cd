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

  /// The bytes of a small file; none when it cannot be read, which no parser takes for a value.
  static func file(_ path: String) -> [UInt8] {
    do throws(SystemCallError) { return try KernelFile.read(path) } catch { return [] }
  }

  /// The bytes of a table of /proc/net/stat, which has a line for each processor: more than a page where there are
  /// many. None when it cannot be read.
  static func table(_ path: String) -> [UInt8] {
    do throws(SystemCallError) { return try KernelFile.readWhole(path) } catch { return [] }
  }

  /// The number that a file begins with; nil when there is none.
  static func number(_ path: String) -> Int? { words(file(path)).first.flatMap { Int($0) } }

  /// A table of /proc/net/stat: names, then one line of hexadecimal numbers for each processor.
  struct ProcessorTable {
    let names: [Substring]
    let rows: [[Substring]]

    /// The value under `name` on the first line; nil when there is none, or it is no number.
    func first(_ name: String) -> Int? {
      guard let column = names.firstIndex(of: Substring(name)) else { return nil }
      return rows.first.flatMap { Self.value($0, column) }
    }

    /// The sum of the values under `name`; nil when one is missing or no number, clamped when it is too
    /// large.
    func sum(_ name: String) -> Int? {
      guard let column = names.firstIndex(of: Substring(name)), !rows.isEmpty else { return nil }
      var sum = 0
      for row in rows {
        guard let value = Self.value(row, column) else { return nil }
        let (more, overflows) = sum.addingReportingOverflow(value)
        sum = overflows ? .max : more
      }
      return sum
    }

    private static func value(_ row: [Substring], _ column: Int) -> Int? {
      guard column < row.count, let value = Int(row[column], radix: 16), value >= 0 else {
        return nil
      }
      return value
    }
  }

  /// Parses such a table; nil when it has no line of values.
  static func processorTable(_ bytes: [UInt8]) -> ProcessorTable? {
    let lines = lines(bytes).map { $0.split(whereSeparator: \.isWhitespace) }
    guard lines.count > 1 else { return nil }
    return ProcessorTable(names: lines[0], rows: Array(lines.dropFirst()))
  }
}
