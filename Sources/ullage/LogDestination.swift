import Console
import Kernel

/// Where the lines of a log go: standard output, or a file that others may rotate.
struct LogDestination: ~Copyable {
  private var file: AppendedFile?
  private var hasHeader = false

  /// Standard output, or the file at `path`.
  init(path: String?) throws(Failure) {
    guard let path else { return }
    do throws(SystemCallError) {
      file = try AppendedFile(path: path)
    } catch {
      throw Failure(writing: error)
    }
  }

  /// Writes whole lines in one piece, after `header` where nothing is before them.
  mutating func write(_ lines: [UInt8], header: [UInt8]) throws(Failure) {
    do throws(SystemCallError) {
      guard file != nil else {
        try ByteStream.standardOutput.write(hasHeader ? lines : header + lines)
        hasHeader = true
        return
      }
      try file?.follow()
      let isEmpty = file?.isEmpty ?? false
      try file?.append(isEmpty ? header + lines : lines)
    } catch {
      throw Failure(writing: error)
    }
  }

  /// Opens the file anew; standard output stays.
  mutating func reopen() throws(Failure) {
    do throws(SystemCallError) {
      try file?.reopen()
    } catch {
      throw Failure(writing: error)
    }
  }
}
